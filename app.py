"""Minsheng's entry points, in reader's order: netizen · unit · secretariat · everybody · stream · schedule.

The bodies are one line each: `chalicelib.web` answers requests, the rooms below it do the work.
"""

from collections.abc import Callable
from typing import Any

from chalice.app import CloudWatchEvent, Rate, Request, Response

from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.instants import from_rfc3339
from chalicelib.kernel.lazy_imports import deferred, load, uncollected
from chalicelib.web.rim import media
from chalicelib.web.rim.entry import Entry

with deferred():
    from chalicelib import tick as ticking
    from chalicelib.counting.usecases import fold_counts as folding
    from chalicelib.kernel import logs, settings
    from chalicelib.kernel.store import dynamodb
    from chalicelib.web.desk import sessions_desk
    from chalicelib.web.netizen import answering, echo, preview, receipts
    from chalicelib.web.netizen import home as homes
    from chalicelib.web.netizen import link_page as link_pages
    from chalicelib.web.netizen import plain_form as forms
    from chalicelib.web.openapi import document as description
    from chalicelib.web.public import results, results_file, results_index, results_page, service
    from chalicelib.web.secretariat.api import (
        annexes,
        audit,
        campaigns,
        exports,
        gifts,
        imports,
        issued_links,
        members,
        orders,
        recounts,
        seals,
        take_overs,
        ticket_keys,
        units,
        unseals,
    )
    from chalicelib.web.secretariat.api import overview as all_figures
    from chalicelib.web.secretariat.desk import (
        annexes_desk,
        audit_desk,
        campaign_desk,
        counting_desk,
        export_desk,
        gifts_desk,
        import_desk,
        links_desk,
        mail_desk,
        materials_desk,
        members_desk,
        overview_desk,
        questionnaires_desk,
        take_over_desk,
        units_desk,
        unseal_desk,
    )
    from chalicelib.web.unit import (
        annex_desk,
        kits,
        link_door,
        links,
        materials,
        quality,
        unit_desk,
    )
    from chalicelib.web.unit import counts as figures

app = Entry(app_name="minsheng", configure_logs=False)
app.api.binary_types += [media.GZIP, media.PDF, media.CSV, *media.WORKBOOKS, media.MULTIPART]
with uncollected():
    logs.configure()
    if at_start := settings.settings().load_at_start:
        load(at_start.split(","))
        dynamodb.quick_client()


def request() -> Request:
    """The request that is being answered."""
    assert app.current_request is not None
    return app.current_request


FORM = [media.URLENCODED]


def page(path: str, forms: list[str] = FORM) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """A page at `path` that is looked at, and that takes its own forms, in these media types.

    Two routes of one view: Chalice takes a request that names no media type for JSON, so that one route for both would
    have to take JSON as a form.
    """

    def register(view: Callable[..., Response]) -> Callable[..., Response]:
        app.route(path)(view)
        if forms:
            app.route(path, methods=["POST"], content_types=forms)(view)
        return view

    return register


def desk_page(
    desk: str, path: str = "", forms: list[str] = FORM
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """A desk's page at `path` of each campaign, such as `/secretariat/{campaign}/units`.

    From the address without a campaign one is led to the campaign that is usually meant; at the root of a desk, people
    sign in and out there, too.
    """

    def register(view: Callable[..., Response]) -> Callable[..., Response]:
        def of_campaign(campaign: str = "", **names: str) -> Response:  # noqa: ARG001 - the view's visitor knows it
            return view(**names)

        page(f"{desk}/{{campaign}}{path}", forms)(of_campaign)
        if path:
            app.route(f"{desk}{path}")(of_campaign)
        else:
            page(desk)(of_campaign)
        return view

    return register


# ── netizen ──────────────────────────────────────────────────────────────────


@app.route("/")
def home() -> Response:
    return homes.show_home(request())


@app.route("/privacy")
def privacy() -> Response:
    return homes.show_privacy(request())


@page("/receipt")
def receipt_page() -> Response:
    return receipts.check_receipt(request())


@app.route("/s/{code}")
def link_page(code: str) -> Response:
    return link_pages.show_link(request(), code)


@app.route("/S/{code}")
def scanned_link_page(code: str) -> Response:
    return link_pages.show_link(request(), code)


@app.route("/s/{code}/topics")
def show_topics(code: str) -> Response:
    return link_pages.show_topics(request(), code)


@app.route("/s/{code}/echo")
def show_echo(code: str) -> Response:
    return echo.show_echo(request(), code)


@app.route("/s/{code}/form")
def plain_form(code: str) -> Response:
    return forms.show_form(request(), code)


@app.route("/s/{code}/form", methods=["POST"], content_types=FORM)
def take_plain_form(code: str) -> Response:
    return forms.take_form(request(), code)


@app.route("/static/{name}")
def static(name: str) -> Response:
    return service.static(name)


@app.route("/api/v1/questionnaires/{edition}")
def questionnaire(edition: str) -> Response:
    return answering.questionnaire(request(), edition)


@app.route("/api/v1/tickets", methods=["POST"], content_types=[media.ANY])
def issue_ticket() -> Response:
    return answering.issue_ticket(request())


@app.route("/api/v1/responses", methods=["POST"], content_types=[media.ANY])
def record_response() -> Response:
    return answering.record_response(request())


@app.route("/api/v1/receipts/{receipt}")
def get_receipt(receipt: str) -> Response:
    return receipts.get_receipt(request(), receipt)


@app.route("/api/v1/receipts/{receipt}", methods=["DELETE"])
def withdraw_response(receipt: str) -> Response:
    return receipts.withdraw_response(request(), receipt)


# ── unit ─────────────────────────────────────────────────────────────────────


@desk_page("/desk")
def desk() -> Response:
    return unit_desk.desk(request())


@app.route("/desk/link", methods=["POST"], content_types=FORM)
def ask_for_link() -> Response:
    return link_door.ask_for_link(request())


@page("/enter/{token}")
def enter_by_link(token: str) -> Response:
    return link_door.enter(request(), token)


@page("/unsubscribe/{token}", [*FORM, media.MULTIPART])
def unsubscribe(token: str) -> Response:
    return link_door.unsubscribe_page(request(), token)


@app.route("/api/v1/counts")
def counts() -> Response:
    return figures.counts_now(request())


@app.route("/api/v1/counts/series")
def counts_series() -> Response:
    return figures.counts_series(request())


@app.route("/api/v1/links")
def own_links() -> Response:
    return links.own_links(request())


@app.route("/api/v1/links/{code}")
def get_link(code: str) -> Response:
    return links.get_link(request(), code)


@app.route("/api/v1/links/{code}", methods=["PATCH"])
def label_link(code: str) -> Response:
    return links.label_link(request(), code)


@app.route("/api/v1/links/{code}/qr.svg")
def qr_svg(code: str) -> Response:
    return links.qr_svg(request(), code)


@app.route("/api/v1/links/{code}/sheet.pdf")
def sheet_pdf(code: str) -> Response:
    return links.sheet_pdf(request(), code)


@app.route("/api/v1/links/{code}/qr.png")
def qr_png(code: str) -> Response:
    return links.qr_png(request(), code)


@desk_page("/desk", "/annexes")
def unit_annexes_page() -> Response:
    return annex_desk.annex_desk(request())


@desk_page("/desk", "/materials", [])
def unit_materials_page() -> Response:
    return materials.unit_materials_desk(request())


@app.route("/api/v1/materials")
def get_materials() -> Response:
    return materials.get_materials(request())


@app.route("/api/v1/materials/{material}/file")
def get_material_file(material: str) -> Response:
    return materials.get_material_file(request(), material)


@app.route("/api/v1/materials/{material}/poster")
def get_poster(material: str) -> Response:
    return materials.get_poster(request(), material)


@app.route("/api/v1/quality")
def get_quality() -> Response:
    return quality.read_quality(request())


@app.route("/api/v1/workbook.xlsx")
def workbook() -> Response:
    return kits.workbook(request())


@app.route("/api/v1/kit.zip")
def kit() -> Response:
    return kits.kit(request())


# ── secretariat ──────────────────────────────────────────────────────────────


@desk_page("/secretariat")
def secretariat_desk() -> Response:
    return overview_desk.overview_desk(request())


@desk_page("/secretariat", "/campaign")
def campaign_page() -> Response:
    return campaign_desk.campaign_desk(request())


@desk_page("/secretariat", "/take-over")
def take_over_page() -> Response:
    return take_over_desk.take_over_desk(request())


@desk_page("/secretariat", "/questionnaires", [media.MULTIPART])
def questionnaires_page() -> Response:
    return questionnaires_desk.questionnaires_desk(request())


@desk_page("/secretariat", "/questionnaires/{edition}/{version}")
def questionnaire_page(edition: str, version: str) -> Response:
    return questionnaires_desk.questionnaire_desk(request(), edition, version)


@desk_page("/secretariat", "/questionnaires/{edition}/{version}/file/{kind}", [])
def questionnaire_file(edition: str, version: str, kind: str) -> Response:
    return questionnaires_desk.questionnaire_file(request(), edition, version, kind)


@desk_page("/secretariat", "/questionnaires/{edition}/{version}/try/{size}", [])
def preview_page(edition: str, version: str, size: str) -> Response:
    return preview.preview_desk(request(), edition, version, size)


@desk_page("/secretariat", "/publish")
def publish_page() -> Response:
    return unseal_desk.publish_desk(request())


@desk_page("/secretariat", "/unseal")
def unseal_page() -> Response:
    return unseal_desk.unseal_desk(request())


@page("/secretariat/new")
def new_campaign_page() -> Response:
    return campaign_desk.new_campaign_desk(request())


@desk_page("/secretariat", "/units")
def units_page() -> Response:
    return units_desk.units_desk(request())


@desk_page("/secretariat", "/units/{unit}")
def unit_page(unit: str) -> Response:
    return units_desk.unit_page(request(), unit)


@desk_page("/secretariat", "/import", [media.MULTIPART])
def import_page() -> Response:
    return import_desk.import_desk(request())


@desk_page("/secretariat", "/links")
def all_links_page() -> Response:
    return links_desk.links_desk(request())


@desk_page("/secretariat", "/annexes")
def annexes_page() -> Response:
    return annexes_desk.annexes_desk(request())


@desk_page("/secretariat", "/gifts")
def gifts_page() -> Response:
    return gifts_desk.gifts_desk(request())


@desk_page("/secretariat", "/supporters", [])
def supporters_page() -> Response:
    return annexes_desk.supporters_desk(request())


@desk_page("/secretariat", "/exports")
def exports_page() -> Response:
    return export_desk.exports_desk(request())


@app.route("/exports/{export}")
def export_page(export: str) -> Response:
    return export_desk.export_page(request(), export)


@desk_page("/secretariat", "/materials", [media.MULTIPART])
def materials_page() -> Response:
    return materials_desk.materials_desk(request())


@page("/secretariat/sessions")
def sessions_page() -> Response:
    return sessions_desk.sessions_desk(request())


@page("/secretariat/members")
def members_page() -> Response:
    return members_desk.members_desk(request())


@desk_page("/secretariat", "/counting")
def counting_page() -> Response:
    return counting_desk.counting_desk(request())


@desk_page("/secretariat", "/mail", [])
def mails_page() -> Response:
    return mail_desk.mail_desk(request())


@desk_page("/secretariat", "/mail/{mail}")
def mail_page(mail: str) -> Response:
    return mail_desk.mail_page(request(), mail)


@desk_page("/secretariat", "/audit", [])
def audit_page() -> Response:
    return audit_desk.audit_page(request())


@app.route("/api/v1/campaigns")
def get_campaigns() -> Response:
    return campaigns.get_campaigns(request())


@app.route("/api/v1/campaigns/{campaign}", methods=["PUT"])
def put_campaign(campaign: str) -> Response:
    return campaigns.put_campaign(request(), campaign)


@app.route("/api/v1/campaigns/{campaign}")
def get_campaign(campaign: str) -> Response:
    return campaigns.get_campaign(request(), campaign)


@app.route("/api/v1/campaigns/{campaign}/unseal", methods=["POST"])
def post_unseal(campaign: str) -> Response:
    return unseals.post_unseal(request(), campaign)


@app.route("/api/v1/campaigns/{campaign}/seal")
def get_seal(campaign: str) -> Response:
    return seals.get_seal(request(), campaign)


@app.route("/api/v1/campaigns/{campaign}/take-over", methods=["POST"])
def post_take_over(campaign: str) -> Response:
    return take_overs.post_take_over(request(), campaign)


@app.route("/api/v1/campaigns/{campaign}/take-over")
def get_take_over(campaign: str) -> Response:
    return take_overs.get_take_over(request(), campaign)


@app.route("/api/v1/units", methods=["POST"])
def post_unit() -> Response:
    return units.post_unit(request())


@app.route("/api/v1/units")
def get_units() -> Response:
    return units.get_units(request())


@app.route("/api/v1/units/import", methods=["POST"], content_types=[media.CSV, *media.WORKBOOKS])
def import_units() -> Response:
    return imports.post_units_import(request())


@app.route("/api/v1/supporters")
def get_supporters() -> Response:
    return imports.get_supporters(request())


@app.route("/api/v1/supporters/import", methods=["POST"], content_types=[media.CSV, *media.WORKBOOKS])
def import_supporters() -> Response:
    return imports.post_supporters_import(request())


@app.route("/api/v1/templates/{name}")
def get_template(name: str) -> Response:
    return imports.get_template(request(), name)


@app.route("/api/v1/units/{unit}/links", methods=["POST"])
def post_links(unit: str) -> Response:
    return issued_links.post_links(request(), unit)


@app.route("/api/v1/units/{unit}")
def get_unit(unit: str) -> Response:
    return units.get_unit(request(), unit)


@app.route("/api/v1/units/{unit}", methods=["PATCH"])
def patch_unit(unit: str) -> Response:
    return units.patch_unit(request(), unit)


@app.route("/api/v1/units/{unit}/contact")
def get_contact(unit: str) -> Response:
    return units.get_contact(request(), unit)


@app.route("/api/v1/units/{unit}/contact", methods=["PUT"])
def put_contact(unit: str) -> Response:
    return units.put_contact(request(), unit)


@app.route("/api/v1/units/{unit}/key", methods=["POST"])
def post_key(unit: str) -> Response:
    return units.post_key(request(), unit)


@app.route("/api/v1/gifts", methods=["PUT"])
def put_gifts() -> Response:
    return gifts.put_gifts(request())


@app.route("/api/v1/gifts")
def get_gifts() -> Response:
    return gifts.get_gifts(request())


@app.route("/api/v1/gifts/{name}")
def get_gifts_table(name: str) -> Response:
    return gifts.get_gifts_table(request(), name)


@app.route("/api/v1/annexes")
def get_annexes() -> Response:
    return annexes.get_annexes(request())


@app.route("/api/v1/annexes/reminders", methods=["POST"])
def post_reminders() -> Response:
    return annexes.post_reminders(request())


@app.route("/api/v1/links/wanted", methods=["POST"])
def post_wanted() -> Response:
    return orders.post_wanted(request())


@app.route("/api/v1/links/wanted/{order}")
def get_wanted(order: str) -> Response:
    return orders.get_wanted(request(), order)


@app.route("/api/v1/kits", methods=["POST"])
def post_kits() -> Response:
    return orders.post_kits(request())


@app.route("/api/v1/kits/{order}")
def get_kits(order: str) -> Response:
    return orders.get_kits(request(), order)


@app.route("/api/v1/jobs/{kind}/{order}/cancel", methods=["POST"])
def post_cancel(kind: str, order: str) -> Response:
    return orders.post_cancel(request(), kind, order)


@app.route("/api/v1/links/{code}/replacement", methods=["POST"])
def post_replacement(code: str) -> Response:
    return issued_links.post_replacement(request(), code)


@app.route("/api/v1/links/{code}", methods=["DELETE"])
def revoke_link(code: str) -> Response:
    return issued_links.revoke_link(request(), code)


@app.route("/api/v1/overview")
def overview() -> Response:
    return all_figures.overview(request())


@app.route("/api/v1/exports", methods=["POST"])
def post_export() -> Response:
    return exports.post_export(request())


@app.route("/api/v1/exports/{export}")
def get_export(export: str) -> Response:
    return exports.get_export(request(), export)


@app.route("/files/{export}/{name}")
def get_file(export: str, name: str) -> Response:
    return exports.get_file(request(), export, name)


@app.route("/api/v1/recounts", methods=["POST"])
def post_recount() -> Response:
    return recounts.post_recount(request())


@app.route("/api/v1/recounts/{recount}")
def get_recount(recount: str) -> Response:
    return recounts.get_recount(request(), recount)


@app.route("/api/v1/members")
def get_members() -> Response:
    return members.get_members(request())


@app.route("/api/v1/members", methods=["POST"])
def post_member() -> Response:
    return members.post_member(request())


@app.route("/api/v1/members/{member}")
def get_member(member: str) -> Response:
    return members.get_member(request(), member)


@app.route("/api/v1/members/{member}", methods=["PATCH"])
def patch_member(member: str) -> Response:
    return members.patch_member(request(), member)


@app.route("/api/v1/members/{member}", methods=["DELETE"])
def delete_member(member: str) -> Response:
    return members.delete_member(request(), member)


@app.route("/api/v1/members/{member}/key", methods=["POST"])
def post_member_key(member: str) -> Response:
    return members.post_member_key(request(), member)


@app.route("/api/v1/audit")
def get_audit() -> Response:
    return audit.get_audit(request())


@app.route("/api/v1/ticket-keys", methods=["POST"])
def post_ticket_key() -> Response:
    return ticket_keys.post_ticket_key(request())


# ── everybody ────────────────────────────────────────────────────────────────


@app.route("/api/v1/health")
def health() -> Response:
    return service.health(request())


@app.route("/results")
def results_of_year() -> Response:
    return results_page.show_results(request())


@app.route("/api/v1/results")
def get_results() -> Response:
    return results.get_results(request())


@app.route("/api/v1/results/items")
def get_result_items() -> Response:
    return results.get_result_items(request())


@app.route("/results/index")
def index_of_year() -> Response:
    return results_index.show_index(request())


@app.route("/api/v1/results/{year}/index")
def get_result_index(year: str) -> Response:
    return results_index.get_result_index(request(), year)


@app.route("/api/v1/results/{year}/{edition}/{item}")
def get_result_table(year: str, edition: str, item: str) -> Response:
    return results.get_result_table(request(), year, edition, item)


@app.route("/api/v1/results/{year}/{edition}/{item}/{name}")
def get_result_file(year: str, edition: str, item: str, name: str) -> Response:
    return results_file.get_result_file(request(), year, edition, item, name)


@app.route("/openapi.json")
def openapi() -> Response:
    return description.openapi(request())


# ── stream ───────────────────────────────────────────────────────────────────


@app.lambda_function(name="fold_counts")
def fold_counts(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    return folding.fold_counts(event)


# ── schedule ─────────────────────────────────────────────────────────────────


@app.schedule(Rate(1, unit=Rate.MINUTES), name="tick")
def tick(event: CloudWatchEvent) -> None:
    ticking.tick(now_ms(), from_rfc3339(event.to_dict()["time"]))
