"""Who may ask, who leads, who administers: strangers are denied."""

from dataclasses import dataclass

from bot.messages import Message
from knowledge.plan import Role


@dataclass(frozen=True, slots=True)
class Access:
    """The lists of the settings: identities such as telegram:123, wecom:zhangsan, wecom:*."""

    admins: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()

    def role(self, message: Message) -> Role | None:
        """Return what the sender is to the office, None for a stranger. A channel that knows says
        so itself.
        """
        if message.role is not None:
            return message.role
        lists = ((Role.ADMIN, self.admins), (Role.LEADER, self.leaders), (Role.STAFF, self.staff))
        return next((role for role, listed in lists if _is_listed(message.user, listed)), None)


def _is_listed(user: str, listed: tuple[str, ...]) -> bool:
    channel = user.partition(":")[0]
    return user.lower() in listed or f"{channel}:*" in listed
