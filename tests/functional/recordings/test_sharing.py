"""The organiser shows a recording to members of the company, to nobody else, and can take it back."""

from chalicelib import storage
from chalicelib.accounts import closing as accounts_closing
from chalicelib.accounts.models import Account
from chalicelib.privacy import own_data
from chalicelib.recordings import actions, forgetting
from chalicelib.recordings.models import Share
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import a_host
from tests.functional.recordings.scene import GUESTS, Scene
from tests.functional.recordings.test_watching import watched
from tests.functional.recordings.watching import a_colleague, begin, finish, first, links, page, ready, share
from tests.functional.recordings.writing import record_somebody

DAY = 86_400


def test_a_member_gets_a_mail_finds_it_in_their_list_and_watches_it(scene: Scene, mailbox: Mailbox) -> None:
    recording, lea = ready(scene), a_colleague(scene.host)
    assert page(lea, recording).status == 404
    shown = share(scene.host, recording, lea.account.id)
    assert "L’enregistrement est partagé" in shown.text and "Léa Martin" in shown.text
    mail = mailbox.last("lea@lefevre.fr")
    assert "Anne Dupont" in mail.text and "Point projet" in mail.text
    listed = lea.browser.open("/recordings")
    assert "Point projet" in listed.text and "Anne Dupont" in listed.text
    assert lea.browser.open(mail.link("/recordings/")).status == 200
    answer = begin(lea, recording)
    assert answer.status == 201
    viewing = answer.json
    assert links(lea, recording, viewing["viewing"], first(viewing)).status == 200
    assert len(watched(GUESTS[0])) == 1


def test_twice_is_once(scene: Scene, mailbox: Mailbox) -> None:
    recording, lea = ready(scene), a_colleague(scene.host)
    for _ in range(2):
        page(scene.host, recording)
        scene.host.browser.post(
            f"/recordings/{recording}/shares",
            {"csrf": scene.host.browser.csrf, "member": lea.account.id},
        )
    found = actions.find(recording)
    assert found is not None and len(list(storage.query(Share, found.pk, "share#"))) == 1
    assert len([mail for mail in mailbox.to("lea@lefevre.fr") if "Point projet" in mail.text]) == 1


def test_it_is_taken_back_and_what_plays_ends_with_its_next_links(scene: Scene) -> None:
    recording, lea = ready(scene), a_colleague(scene.host)
    share(scene.host, recording, lea.account.id)
    viewing = begin(lea, recording).json
    page(scene.host, recording)
    scene.host.browser.send(f"/recordings/{recording}/shares/{lea.account.id}/withdraw")
    assert links(lea, recording, viewing["viewing"], first(viewing)).status == 404
    assert page(lea, recording).status == 404 and begin(lea, recording).status == 404
    assert "Point projet" not in lea.browser.open("/recordings").text


def test_nobody_outside_the_company_can_be_picked(scene: Scene) -> None:
    recording, other = ready(scene), a_host("max@autre.fr")
    a_colleague(scene.host)
    for member in (other.account.id, scene.host.account.id, "", "nobody"):
        page(scene.host, recording)
        sent = {"csrf": scene.host.browser.csrf, "member": member}
        answer = scene.host.browser.post(f"/recordings/{recording}/shares", sent)
        assert answer.status == 400 and "Choisissez un membre" in answer.text
    found = actions.find(recording)
    assert found is not None and list(storage.query(Share, found.pk, "share#")) == []


def test_only_the_organiser_shares(scene: Scene) -> None:
    recording, lea, luc = ready(scene), a_colleague(scene.host), a_colleague(scene.host, "luc@lefevre.fr")
    share(scene.host, recording, lea.account.id)
    shown = page(lea, recording)
    assert "Partager avec un collègue" not in shown.text
    sent = {"csrf": lea.browser.csrf, "member": luc.account.id}
    assert lea.browser.post(f"/recordings/{recording}/shares", sent).status == 404
    page(lea, recording)
    path = f"/recordings/{recording}/shares/{lea.account.id}/withdraw"
    assert lea.browser.post(path, {"csrf": lea.browser.csrf}).status == 404


def test_a_former_member_watches_nothing(scene: Scene) -> None:
    recording, lea = ready(scene), a_colleague(scene.host)
    share(scene.host, recording, lea.account.id)
    viewing = begin(lea, recording).json
    account = storage.get(Account, lea.account.pk, "account")
    assert account is not None
    storage.update(account, Account.company.set("another"))
    assert page(lea, recording).status == 404
    assert links(lea, recording, viewing["viewing"], first(viewing)).status == 404
    assert "Point projet" not in lea.browser.open("/recordings").text


def test_who_was_taken_out_of_the_company_is_no_longer_named(scene: Scene) -> None:
    recording, lea = ready(scene), a_colleague(scene.host)
    share(scene.host, recording, lea.account.id)
    accounts_closing.remove(scene.host.account, lea.account.id)
    assert "Léa Martin" not in page(scene.host, recording).text
    assert lea.browser.open(f"/recordings/{recording}").path.startswith("/signin")


def test_a_share_goes_with_the_recording(scene: Scene) -> None:
    recording, lea = ready(scene), a_colleague(scene.host)
    share(scene.host, recording, lea.account.id)
    found = actions.find(recording)
    assert found is not None
    (row,) = storage.query(Share, found.pk, "share#")
    assert int(row.delete_by or 0) == int(found.delete_by or 0)
    assert own_data.of(lea.account)["recording_share"][0].sk == row.sk, "in the colleague's own copy"
    forgetting.erase(found)
    assert list(storage.query(Share, found.pk, "share#")) == []


def test_a_colleague_reads_what_was_written_only_where_they_were_there(scene: Scene) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    assert scene.call(scene.guests[0], "POST", "chat", {"id": "a", "body": "confidentiel"}).status == 201
    finish(scene, wanted)
    recording, lea = wanted.recording, a_colleague(scene.host)
    share(scene.host, recording, lea.account.id)
    assert [line["body"] for line in begin(scene.host, recording).json["chat"]] == ["confidentiel"]
    assert begin(lea, recording).json["chat"] == []
