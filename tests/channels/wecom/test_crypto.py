"""The callback envelope: what it opens, and all that it refuses."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from pydantic import SecretStr

from bot.channels.wecom.crypto import BadEnvelope, CallbackSeal
from bot.errors import ChannelRefused
from tests.support.wecom_server import AES_KEY, CORP_ID, SEAL, TOKEN


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 31, 32, 33, 5000])
def test_what_is_encrypted_is_decrypted_at_every_padding(length: int) -> None:
    text = "要点" * (length // 2) + "a" * (length % 2)
    assert SEAL.decrypt(SEAL.encrypt(text)) == text


def test_the_cipher_text_is_padded_to_32_bytes_and_never_the_same_twice() -> None:
    first, second = (SEAL.encrypt("") for _ in range(2))  # 38 bytes before padding
    assert len(base64.b64decode(first)) == 64
    assert first != second


def test_the_signature_is_sha1_over_the_sorted_pieces() -> None:
    seal = CallbackSeal(SecretStr("b"), SecretStr(AES_KEY), CORP_ID)
    sha1_of_3abc = "849a2d6d722dd7429b22eaad96c44aee92450bb7"
    assert seal.sign("3", "a", "c") == sha1_of_3abc
    seal.verify(sha1_of_3abc, "3", "a", "c")


@pytest.mark.parametrize("signature", ["", "0" * 40, "签名"])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    with pytest.raises(BadEnvelope, match="YAODIAN_WECOM_TOKEN"):
        SEAL.verify(signature, "1700000000", "nonce", "text")


def test_a_message_for_another_company_is_refused() -> None:
    other = CallbackSeal(SecretStr(TOKEN), SecretStr(AES_KEY), "ww0000000000000000")
    with pytest.raises(BadEnvelope, match="YAODIAN_WECOM_CORP_ID"):
        SEAL.decrypt(other.encrypt("你好"))


def test_an_empty_receive_id_is_one() -> None:
    bot = CallbackSeal(SecretStr(TOKEN), SecretStr(AES_KEY), "")
    assert bot.decrypt(bot.encrypt("你好")) == "你好"
    with pytest.raises(BadEnvelope):
        bot.decrypt(SEAL.encrypt("你好"))


def test_a_text_that_claims_to_be_longer_than_it_is_is_refused() -> None:
    bot = CallbackSeal(SecretStr(TOKEN), SecretStr(AES_KEY), "")
    assert bot.decrypt(sealed(b"r" * 16 + b"\0\0\0\x03" + b"abc")) == "abc"
    with pytest.raises(BadEnvelope, match="EncodingAESKey"):
        bot.decrypt(sealed(b"r" * 16 + b"\0\0\0\x09" + b"abc"))


def sealed(plain: bytes) -> str:
    key = base64.b64decode(AES_KEY + "=")
    padder, encryptor = PKCS7(256).padder(), Cipher(AES256(key), CBC(key[:16])).encryptor()
    padded = padder.update(plain) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


@pytest.mark.parametrize(
    "encrypted", ["", "garbage", "密文", "QUJD", base64.b64encode(b"x" * 64).decode()]
)
def test_garbage_is_refused(encrypted: str) -> None:
    with pytest.raises(BadEnvelope):
        SEAL.decrypt(encrypted)


def test_one_changed_byte_is_refused() -> None:
    encrypted = bytearray(base64.b64decode(SEAL.encrypt("你好")))
    encrypted[-1] ^= 1
    with pytest.raises(BadEnvelope):
        SEAL.decrypt(base64.b64encode(encrypted).decode())


@pytest.mark.parametrize("key", ["", "short", "密" * 43, "!" * 43])
def test_a_key_that_is_none_is_refused_with_the_name_of_its_setting(key: str) -> None:
    with pytest.raises(ChannelRefused, match="YAODIAN_WECOM_AES_KEY"):
        CallbackSeal(SecretStr(TOKEN), SecretStr(key), CORP_ID)
