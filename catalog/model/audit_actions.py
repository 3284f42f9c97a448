"""Every action there is in the audit log, by whether its entry tells what was before and what is after.

They are placed here by hand; a test holds the services against it.
"""

from catalog.model.audit import ANCHORING, RESTORED

#: They say what moved.
TELLING = frozenset(
    {
        "add_activity", "add_agreement", "add_contract", "add_cycle", "add_exigent_event", "add_measure", "add_member",
        "add_party", "add_person", "add_policy_rule", "add_programme", "add_protocol", "add_purpose", "add_recognizers",
        "add_request", "add_source", "add_system", "add_template", "add_violation", "answer_steward",
        "approve_decision", "ask", "ask_division", "ask_steward", "ask_trial", "attest_report", "change_recognizers",
        "change_source", "confirm_gone", "decide", "decide_copy", "decide_membership", "declare_system",
        "defer_decision", "describe", "designate", "discard_recognizers", "draft_designation", "end_group_role",
        "end_role", "finish_division_task", "finish_run", "give_group_role", "give_role", "hold_source",
        "issue_quarterly_report", "link_identity", "mark_demonstration", "move_cycle", "move_designation", "open_cycle",
        "pause_run", "propose_decision", "publish", "put_agency", "read_second", "record_result", "refuse_decision",
        "release_source", "remove_schedule", "reopen_division_task", "resolve_difference", "retire_recognizers",
        "revise_activity", "revise_contract", "revise_exigent_event", "revise_measure", "revise_party",
        "revise_policy_rule", "revise_programme", "revise_protocol", "revise_purpose", "revise_recognizers",
        "revise_request", "revise_system", "revise_template", "revise_violation", "say_in_report", "set_schedule",
        "settle_decisions", "sign_for_agency", "sign_report", "undo_decision", "unlink_identity", "use_recognizers",
        "withdraw_activity", "withdraw_division_task", "withdraw_measure",
    }
)  # fmt: skip
#: What happened is all there is to say, and their detail says it.
BARE = frozenset(
    {
        "answer_intent", "begin_run", "close_local_sign_in", "end_other_sessions", "end_session", "end_sessions",
        "export", "finish_trial", "include_in_quarterly", "init", "override_write", "prove_oneself", "read",
        "record_listing", "refuse_export", "remove_local_sign_in", "resume_run", "retry_notices", "set_local_sign_in",
        "sign_in", "sign_out", "take_intent", "take_trial", "welcome_person", ANCHORING, RESTORED,
    }
)  # fmt: skip
