-- Roles with least rights on the catalog's database (docs/operations.md, "Roles of the database").
-- Run as the owner of its tables after every `privacy-catalog db upgrade`; running it again changes nothing else.
-- Nobody but the owner can change or remove an entry of the audit log, and the triggers refuse even the owner.
\set ON_ERROR_STOP on
BEGIN;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['catalog_web', 'catalog_scan', 'catalog_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
  END LOOP;
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, catalog_web, catalog_scan, catalog_auditor;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, catalog_web, catalog_scan, catalog_auditor;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, catalog_web, catalog_scan, catalog_auditor;
GRANT USAGE ON SCHEMA public TO catalog_web, catalog_scan, catalog_auditor;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO catalog_web, catalog_scan;

-- Everybody adds entries and moves the head of the chain; nobody changes what was written.
GRANT SELECT, INSERT ON audit_events, audit_checks TO catalog_web, catalog_scan;
GRANT SELECT, INSERT, UPDATE ON audit_head TO catalog_web, catalog_scan;

-- What both read: the catalog itself.
GRANT SELECT ON
  alembic_version, marks, agencies, systems, sources, datasets, descriptions, columns, column_profiles, coverage,
  findings, evidence, standings, summaries, decisions, settlements, identifier_types, runs, outcomes, renames, intents,
  outbox, schedules, notices, deliveries, recogniser_sets, trials, trial_sources, flips, people, role_assignments,
  group_roles, activities, activity_datasets, activity_declared_systems, activity_protocols, activity_types, agreements,
  agreement_parties, contracts, cycles, cycle_types, declared_systems, designations, exigent_events, parties, programmes,
  programme_members, protocols, signatures, violations, designation_steps, purposes, flow_templates, template_protocols,
  requests, policy_rules, revisions, differences, resolutions, membership_suggestions, membership_decisions,
  column_keys, likely_copies, copy_decisions,
  review_acts, pictures, deferrals, proposals, second_readings, review_items, review_groups,
  review_totals, cycle_steps, division_tasks, report_entries, frozen_reports, report_renditions, measures,
  quarterly_reports
TO catalog_web, catalog_scan;

-- Both keep the reconciliation of paper and data in step, and say when an approval ran out or is to be looked at again.
-- So it is with the queue of review.
GRANT INSERT, UPDATE, DELETE ON review_items, review_groups, review_totals TO catalog_web, catalog_scan;
GRANT INSERT, UPDATE, DELETE ON differences, membership_suggestions TO catalog_web, catalog_scan;
GRANT UPDATE ON designations TO catalog_web, catalog_scan;
GRANT INSERT ON designation_steps TO catalog_web, catalog_scan;

-- The web application: people's words, sessions, and wishes to the scan side.
GRANT SELECT, INSERT, UPDATE, DELETE ON
  sessions, sign_in_attempts, identities, local_credentials, group_roles, role_assignments, standings, summaries, outbox,
  schedules, deliveries, recogniser_sets, trials, trial_sources
TO catalog_web;
GRANT SELECT, INSERT, UPDATE ON people, descriptions, settlements, intents, notices TO catalog_web;
GRANT SELECT, INSERT ON exports TO catalog_web;
GRANT INSERT ON
  decisions, activities, activity_datasets, activity_declared_systems, activity_protocols, activity_types, agreements,
  agreement_parties, contracts, cycles, cycle_types, declared_systems, designations, exigent_events, parties, programmes,
  programme_members, protocols, signatures, violations, purposes, flow_templates, template_protocols, requests,
  policy_rules, revisions, resolutions, membership_decisions, copy_decisions, review_acts, pictures, deferrals,
  proposals, cycle_steps, division_tasks, report_entries, frozen_reports, report_renditions, measures, quarterly_reports
TO catalog_web;
GRANT SELECT, INSERT ON practice_answers TO catalog_web;
-- What is read a second time is written once; what was drawn stays.
GRANT INSERT, UPDATE (reader_id, verdict, why, reason, read_at) ON second_readings TO catalog_web;
GRANT SELECT, INSERT, UPDATE ON review_keys TO catalog_web;
GRANT UPDATE ON
  agencies, activities, agreements, contracts, declared_systems, exigent_events, parties, programmes, protocols,
  violations, purposes, flow_templates, requests, policy_rules, cycles, division_tasks, measures
TO catalog_web;
GRANT INSERT ON agencies TO catalog_web;
GRANT DELETE ON
  activity_datasets, activity_declared_systems, activity_protocols, activity_types, agreement_parties,
  programme_members, template_protocols, cycle_types
TO catalog_web;
-- A person says that what is no longer listed is gone.
GRANT UPDATE (retired_at) ON datasets TO catalog_web;

-- The scan side: sources, and what looking at them brings. It reads no session, password, code or identity.
GRANT INSERT, UPDATE, DELETE ON
  datasets, columns, column_profiles, coverage, findings, evidence, standings, summaries, outcomes, renames, runs, outbox,
  schedules, deliveries
TO catalog_scan;
GRANT INSERT, UPDATE ON agencies, systems, sources, intents, notices, trials TO catalog_scan;
GRANT INSERT, UPDATE ON flips TO catalog_scan;
GRANT INSERT, UPDATE, DELETE ON column_keys, likely_copies TO catalog_scan;
-- It reminds people of what they are asked for a report, and notes when.
GRANT UPDATE (reminded_on) ON division_tasks TO catalog_scan;

-- The auditor reads all but what would let somebody in.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO catalog_auditor;
REVOKE ALL ON sessions, sign_in_attempts, identities, local_credentials FROM catalog_auditor;

COMMIT;
