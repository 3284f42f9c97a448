"""What roles and what they may do are called on pages."""

from catalog.model.actors import ROLE_TITLES, Role
from catalog.model.sessions import Door
from catalog.services.access import Action

ROLE_TEXT: dict[Role, str] = {
    Role.CPO: "Sees every agency, what was found and why, and decides.",
    Role.CPO_STAFF: "Works for the Chief Privacy Officer, in every agency.",
    Role.OFFICER: "Sees one agency, what was found and why, and decides.",
    Role.DEPUTY: "Stands in for the agency’s officer.",
    Role.STEWARD: "Knows the data of one agency, and describes it.",
    Role.FOIL_OFFICER: "Answers requests for records of one agency: finds where they are.",
    Role.AGENCY_HEAD: "Answers for one agency, and reads everything about it.",
    Role.AUDITOR: "Reads everything, the audit log too, and changes nothing but the record of a restore.",
    Role.RESEARCHER: "Sees what is published: confirmed facts, no evidence.",
    Role.OPERATOR: "Sees sources and runs, starts scans, and looks after people.",
}
#: In the middle of a sentence.
ROLE_NAME: dict[Role, str] = {
    Role.CPO: "CPO",
    Role.CPO_STAFF: "privacy office staff",
    Role.OFFICER: "officer",
    Role.DEPUTY: "deputy officer",
    Role.STEWARD: "data steward",
    Role.FOIL_OFFICER: "records access officer",
    Role.AGENCY_HEAD: "head of agency",
    Role.AUDITOR: "auditor",
    Role.RESEARCHER: "researcher",
    Role.OPERATOR: "operator",
}
DOOR_TEXT: dict[Door, str] = {
    Door.DEMO: "demonstration, without proof",
    Door.SINGLE_SIGN_ON: "single sign-on",
    Door.PROXY: "the city’s proxy",
    Door.LOCAL: "password and code",
}
ACTION_TEXT: dict[Action, str] = {
    Action.SIGN_IN: "sign in and out",
    Action.READ_HOME: "see the first page",
    Action.KEEP_OWN_ACCOUNT: "look after this account",
    Action.READ_PUBLISHED: "read what is published",
    Action.READ_HOLDINGS: "see datasets, columns and identifier types",
    Action.READ_EVIDENCE: "see what was found, how sure it is, and why",
    Action.READ_FLOWS: "see collections and disclosures",
    Action.READ_EVENTS: "see violations and emergencies",
    Action.READ_RUNS: "see sources, scans and notices",
    Action.READ_AUDIT: "read the record of who did what",
    Action.READ_PEOPLE: "see who has which role",
    Action.MANAGE_PEOPLE: "give and end roles and sessions",
    Action.MANAGE_SOURCES: "set up when and how sources are scanned",
    Action.RUN_SCANS: "start, pause and cancel scans",
    Action.MANAGE_RECOGNISERS: "add recognizers and have them used",
    Action.DECIDE: "confirm or reject what was found",
    Action.DESCRIBE: "describe datasets",
    Action.PUBLISH: "say what researchers are told of a dataset",
    Action.KEEP_REGISTER: "keep an agency’s records",
    Action.KEEP_CITY_REGISTER: "keep the city’s records",
    Action.PROPOSE: "propose approvals to the privacy officer",
    Action.DESIGNATE: "designate collections and disclosures as routine",
    Action.APPROVE_FOIL: "approve disclosures asked for under freedom of information",
    Action.REVIEW_SECOND: "give the second approval that a policy asks for",
    Action.READ_REPORTS: "read inventory reports",
    Action.ANSWER_REPORT: "answer an agency’s inventory report",
    Action.ANSWER_FOR_DIVISION: "answer what a division is asked for a report",
    Action.SIGN_REPORT: "sign an agency’s report as its privacy officer",
    Action.SIGN_FOR_AGENCY: "sign a report for the agency, or record that it was signed on paper",
    Action.KEEP_CYCLES: "open, review and send back inventory reports, and issue the quarterly report",
    Action.READ_CITY_REPORTS: "read the reports of the whole city",
    Action.RECORD_RESTORE: "record that the catalog was restored",
    Action.ADMINISTER: "run the installation",
}
WORDS = {
    "ROLE_TITLES": ROLE_TITLES,
    "ROLE_TEXT": ROLE_TEXT,
    "ROLE_NAME": ROLE_NAME,
    "DOOR_TEXT": DOOR_TEXT,
    "ACTION_TEXT": ACTION_TEXT,
}
