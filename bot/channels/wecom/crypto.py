"""The envelope of WeCom's callbacks: its signature, its receiver and its content.

A message is padded to 32 bytes, twice AES's own block, and carries the id of its receiver.

Sources: https://developer.work.weixin.qq.com/document/path/90968 (signature and cipher), 90930 (the
callback address). Not covered: the age of an envelope; who receives it keeps each message once.
"""

import base64
import hashlib
import hmac
import os
from xml.etree.ElementTree import ParseError

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from defusedxml.ElementTree import fromstring
from pydantic import SecretStr

from bot.errors import BotError, ChannelRefused
from bot.wording import answers as wording

PADDING_BITS = 256
RANDOM_BYTES = 16
TEXT_START = RANDOM_BYTES + 4  # after the text's length, a big-endian uint32


class BadEnvelope(BotError):
    """Not signed with our token, not sealed with our key or not meant for us: answer it with 403.

    Not a ChannelRefused: anybody can post garbage to a public address, no platform refused us.
    """


class CallbackSeal:
    """Token, key and receive id of one callback address: a self-built app's id is the 企业ID, an AI
    bot's is "".
    """

    def __init__(self, token: SecretStr, aes_key: SecretStr, receive_id: str) -> None:
        """Decode the key.

        Raises:
            ChannelRefused: it is not 32 bytes of base64 without the padding.
        """
        self._token = token
        self._receive_id = receive_id.encode()
        try:
            key = base64.b64decode(aes_key.get_secret_value() + "=")
            self._cipher = Cipher(AES256(key), CBC(key[: AES256.block_size // 8]))
        except ValueError as exc:
            raise ChannelRefused(wording.WECOM_BAD_KEY) from exc

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """Return the msg_signature: sha1 over the sorted pieces, in hexadecimal."""
        pieces = sorted((self._token.get_secret_value(), timestamp, nonce, encrypted))
        return hashlib.sha1("".join(pieces).encode()).hexdigest()

    def verify(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Compare the signature in constant time.

        Raises:
            BadEnvelope: it was made with another token, or for another text.
        """
        expected = self.sign(timestamp, nonce, encrypted)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise BadEnvelope(wording.WECOM_BAD_SIGNATURE)

    def encrypt(self, text: str) -> str:
        """Return random bytes, length, text and receive id, padded, encrypted and in base64."""
        content = text.encode()
        padder, encryptor = PKCS7(PADDING_BITS).padder(), self._cipher.encryptor()
        head = os.urandom(RANDOM_BYTES) + len(content).to_bytes(4, "big")
        padded = padder.update(head + content + self._receive_id) + padder.finalize()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> str:
        """Return the text of an envelope with a verified signature.

        Raises:
            BadEnvelope: it does not open with our key, or is meant for another receiver.
        """
        try:
            plain = self._decipher(encrypted)
            text_end = TEXT_START + int.from_bytes(plain[RANDOM_BYTES:TEXT_START], "big")
            text = plain[TEXT_START:text_end].decode()
        except ValueError as exc:
            raise BadEnvelope(wording.WECOM_BAD_CIPHER) from exc
        if text_end > len(plain):  # an AI bot's empty id does not show that the text is whole
            raise BadEnvelope(wording.WECOM_BAD_CIPHER)
        if plain[text_end:] != self._receive_id:
            raise BadEnvelope(wording.WECOM_OTHER_RECEIVER)
        return text

    def _decipher(self, encrypted: str) -> bytes:
        decryptor, unpadder = self._cipher.decryptor(), PKCS7(PADDING_BITS).unpadder()
        padded = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()


def parse_fields(xml: str) -> dict[str, str]:
    """Return the elements right below the root; document types and entities are refused.

    Raises:
        BadEnvelope: it is not such XML.

    >>> parse_fields("<xml><MsgType>text</MsgType></xml>")
    {'MsgType': 'text'}
    """
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, ValueError) as exc:
        raise BadEnvelope(wording.WECOM_BAD_XML) from exc
    return {child.tag: child.text or "" for child in root}
