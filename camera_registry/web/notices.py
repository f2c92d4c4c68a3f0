"""What a page says after something was done: a closed list, named in the address of the page that follows."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse

from camera_registry.web.language import N_

CHANGED = N_("The check has changed in the meantime; see how it stands now.")
NOTICES = {
    "registered": N_("Saved."),
    "replied": N_("The reply is kept. The device is looked at once more; what comes of it stands below."),
    "device-made": N_("The device is registered. Now name its channels."),
    "undone": N_("Undone, as far as nobody has changed it since."),
    "not-undone": N_("Not undone: it was undone before, or is not yours to undo."),
    "removed": N_("Taken out of the register."),
    "bulk": N_("Changed, all of it in one go."),
    "login": N_("The login was saved. It is tried at the next check."),
    "try-again": N_("The login will be sent once more at the next check."),
    "try-stream": N_("The login will be sent to the stream, once, at the next check."),
    "account": N_("Kept. It counts from the next check on."),
    "certificate": N_("The new certificate is accepted. It counts from the next check on."),
    "not-certificate": N_("The certificate has changed again in the meantime; see which one it is now."),
    "same-camera": N_("Kept. Both are one camera now, which counts once."),
    "not-same-camera": N_("These two are no longer proposed as one camera; nothing was changed."),
    "discover": N_("The discovery was asked for. How far it is stands below."),
    "not-discover": N_("There is nothing to look through, or a discovery goes on already."),
    "dismissed": N_("Kept. This unit is not proposed again until it is taken back."),
    "not-dismissed": N_("This unit is not there any more, or was dismissed already."),
    "restored": N_("Taken back: the unit stands in the list again."),
    "not-restored": N_("This unit was not dismissed; nothing was changed."),
    "apart": N_("Kept. These two are not proposed again."),
    "not-apart": N_("There are no such two any more; nothing was changed."),
    "taken-over": N_("Kept: what is registered is now what the device says."),
    "not-taken-over": N_("Nothing was ticked, so nothing was changed."),
    "answered": N_("The answer was kept, and what it is about was judged again."),
    "not-answered": N_("The answer was not kept: this is no longer asked."),
    "photos-allowed": N_("Photos of mounting places are kept from now on, sealed; each look at one is written down."),
    "photos-refused": N_("No photo of a mounting place is taken in any more. Those that are kept can be deleted."),
    "photo-ended": N_("The photo is deleted."),
    "on-site": N_("Kept: seen on site."),
    "not-on-site": N_("Not kept: there is no such camera."),
    "held": N_("Kept. The device has refused two logins within 24 hours, so none is tried until a day has passed."),
    "confirmed": N_("Kept. Another person has to approve it."),
    "approved": N_("A new version of the edition is made and in force. What is stored is judged again by it shortly."),
    "refused": N_("The confirmation is refused; nothing has changed."),
    "password": N_("The password is changed; everywhere else you are signed out."),
    "second-factor": N_("Kept. From the next login on, the code of this phone is asked for."),
    "session-ended": N_("Ended."),
    "token-ended": N_("Ended. The program that has it gets nothing any more."),
    "account-closed": N_("The account is closed."),
    "assigned": N_("The school is assigned."),
    "assignment-ended": N_("Ended. See which passwords of devices are to be changed now."),
    "period-set": N_("Kept. The days count for everybody from now on."),
    "report-sent": N_("Kept: the report was sent."),
    "report-not-sent": N_("Kept: the report was not sent."),
    "frozen": N_("The figures are frozen. They never change again."),
    "waiver": N_("The request was kept. Another person decides it."),
    "waivers": N_("The requests were kept. Another person decides them."),
    "approve": N_("The waiver was approved."),
    "refuse": N_("The request was refused."),
    "withdraw": N_("Taken back."),
    "not-chosen": N_("Choose a file first."),
    "not-here": N_("The file is no longer here: it is kept for two hours at most. Choose it again."),
    "not-imported": N_("The file is forgotten; nothing was imported."),
    "imported": N_("Imported. What it has changed stands below, and it can be undone."),
    "import-undone": N_("The import was undone."),
    "import-not-all": N_("Nothing was done: a part of this import is in schools that you do not see. Ask an officer."),
    "import-not-yours": N_("Nothing was done: this import is an officer's to undo."),
    "import-not-undone": N_("Nothing was done: this import was undone before."),
    "asked": N_("The check was asked for. How far it is stands below."),
    "not-asked": N_("There is no device to check."),
    "bundle": N_("The bundle is taken: its looks stand with their devices, at their own times."),
    "bundle-left": N_("The bundle is taken. Some looks have no device yet: register it, and send the same file again."),
    "bundle-same": N_("This bundle was taken before; nothing has changed."),
    "laptop-ended": N_("Ended. The next bundle of this laptop asks you to compare its fingerprint again."),
    "messages": N_("Kept: what is sent by e-mail, and where to."),
    "not-messages": N_("Not kept: this is no address of e-mail."),
    "maintenance": N_("Kept. What is seen in this time is told nobody."),
    "maintenance-ended": N_("Ended. From now on what is seen is news again."),
    "webhook-switched": N_("Kept."),
    "agent-switched": N_("Kept."),
    "agent-removed": N_("The agent is removed. The server looks at its schools from now on."),
    "proposed": N_("The cameras are proposed to the operations centre."),
    "not-proposed": N_("Nothing was proposed: choose cameras that are ready and not with the centre already."),
    "states-written": N_("Written: the states of the centre stand with the cameras."),
    "states-not-written": N_("Nothing was written: no row of the file says anything new."),
    "states-changed": N_("These rows were not written: something changed since they were shown. Look at them again."),
    "states-dropped": N_("The file is forgotten; nothing was written."),
    "pause": N_("The check is paused: what is under way ends, nothing more begins."),
    "resume": N_("The check goes on."),
    "cancel": N_("The check was cancelled."),
    "not-pause": CHANGED,
    "not-resume": CHANGED,
    "not-cancel": CHANGED,
}
WHEN_OVER = {"asked": N_("The check is over; this page shows what it found."), "pause": None, "resume": None}
"""What is said instead of what was done to a check once that check no longer goes on."""


def notice(request: Request, running: Collection[str] = ()) -> str | None:
    """The message id of what has just been done; None when nothing was. `running`: the checks that go on, by number."""
    done = request.query_params.get("done", "")
    if done in WHEN_OVER and request.query_params.get("sweep") not in running:
        return WHEN_OVER[done]
    return NOTICES.get(done)


def after(address: str, done: str, sweep: int | None = None) -> RedirectResponse:
    """Sends the browser to the page at `address`, which says what was done, and to which check; reading it again does
    nothing again.
    """
    told = {"done": done} | ({} if sweep is None else {"sweep": str(sweep)})
    return RedirectResponse(f"{address}{'&' if '?' in address else '?'}{urlencode(told)}", 303)
