"""What goes wrong between this server and the provider of OpenID Connect, as refusals."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import OAuthError
from joserfc.errors import ClaimError, JoseError
from requests import HTTPError, RequestException

from catalog.shared.errors import BadGateway, BadRequest, NotAuthorized, Unavailable

logger = logging.getLogger(__name__)

CODE = re.compile(r"[a-z_]{1,50}")
#: Errors by which a provider refuses somebody, and by which it refuses this server. Any other is a
#: fault of one of the two.
REFUSALS = {"access_denied", "login_required", "consent_required", "interaction_required",
            "account_selection_required", "invalid_grant"}  # fmt: skip
OF_THE_CLIENT = {"invalid_client", "unauthorized_client"}

#: What reading an answer raises that is not as it should be; RecursionError, one nested too deep.
UNREADABLE = (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError, AttributeError,
              RecursionError)  # fmt: skip

NO_ANSWER = "The sign-in service does not answer. Try again in a while."
NO_SENSE = (
    "The sign-in service gave an answer that can't be used. An administrator finds why in the log."
)
NO_CREDENTIALS = (
    "The sign-in service does not accept this server. An administrator finds why in the log."
)
NO_CODE = "The sign-in service does not know this sign-in any more. Try again."
NO_ADMISSION = "The sign-in service did not let you in."


class Unusable(ValueError):
    """Why an answer can't be used, in words of ours: the log may have them."""


@contextmanager
def asking(step: str) -> Iterator[None]:
    """Turns whatever goes wrong in a step into a refusal, and logs it.

    BadRequest: a code that does not count. NotAuthorized: the provider refuses somebody.
    BadGateway: it answers nonsense, or does not accept this server. Unavailable: no answer.
    Of what was sent and answered the log has the provider's error code alone.
    """
    try:
        yield
    except OAuthError as error:
        raise refusal_of(step, error.error) from None
    except HTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        logger.error("openid_answer_unusable", extra={"step": step, "status": status})
        raise (Unavailable(NO_ANSWER) if status >= 500 else BadGateway(NO_SENSE)) from None
    except UNREADABLE as error:
        facts = {"step": step, "reason": type(error).__name__, "detail": _words(error)}
        logger.error("openid_answer_unusable", extra=facts)
        raise BadGateway(NO_SENSE) from None
    except RequestException as error:
        reason = type(error).__name__
        logger.error("openid_unavailable", extra={"step": step, "reason": reason})
        raise Unavailable(NO_ANSWER) from None


def _words(error: Exception) -> str:
    """What an exception says, where nothing of what was sent or answered can be in it."""
    if isinstance(error, JoseError):
        return str(error) if isinstance(error, ClaimError) else error.error
    return str(error) if isinstance(error, Unusable) else ""


def refusal_of(step: str, error: object) -> BadRequest | NotAuthorized | BadGateway | Unavailable:
    """The refusal that an error code of the provider stands for."""
    code = error if isinstance(error, str) and CODE.fullmatch(error) else "unknown"
    logger.warning("openid_refused", extra={"step": step, "error": code})
    if code == "invalid_grant" and step == "redeem":
        return BadRequest(NO_CODE)
    if code in REFUSALS:
        return NotAuthorized(NO_ADMISSION)
    if code == "temporarily_unavailable":
        return Unavailable(NO_ANSWER)
    return BadGateway(NO_CREDENTIALS if code in OF_THE_CLIENT else NO_SENSE)
