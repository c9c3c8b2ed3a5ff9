from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Somebody who may log in to the admin."""

    def get_full_name(self) -> str:
        """Return the name as it is written in Viet Nam: family name first."""
        return f"{self.last_name} {self.first_name}".strip()
