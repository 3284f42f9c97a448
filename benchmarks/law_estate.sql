INSERT INTO people (id, name, email, created_at)
VALUES ('cpo', 'Casey Poole', NULL, {now}) ON CONFLICT DO NOTHING;

INSERT INTO agencies (id, acronym, name, aliases, kind, mission, is_city_agency, contact)
SELECT 'a' || a, 'A' || a, 'Agency ' || a, '[]', 'department', '', true, ''
FROM generate_series(1, {agencies}) a;

INSERT INTO systems (id, agency_id, name, description, owner_unit)
SELECT a, 'a' || a, 'System', '', ''
FROM generate_series(1, {agencies}) a;

INSERT INTO sources (id, system_id, name, kind, options, created_at)
SELECT a, a, 'source-' || a, 'sqlite', '{{}}', {now}
FROM generate_series(1, {agencies}) a;

INSERT INTO runs (id, source_id, state, reason, seed, "full", listing_complete, datasets_listed, datasets_due,
    datasets_done, started_by, started_at, last_progress_at, ended_at, night, view, paused, turn, listing_ms,
    listed_at)
SELECT a, a, 'done', NULL, 1, true, true, {datasets}, {datasets}, {datasets}, 'ops', {now}, {now}, {now}, NULL, '',
    NULL, 1, 1, {now}
FROM generate_series(1, {agencies}) a;

INSERT INTO datasets (id, source_id, key, name, name_withheld, kind, comment, row_estimate, change_key,
    first_seen_at, last_listed_at, retired_at, view)
SELECT d, 1 + (d - 1) / {datasets}, 't' || d, 't' || d, false, 'table', '', 1000, 'v1', {now}, {now}, NULL, ''
FROM generate_series(1, {all_datasets}) d;

INSERT INTO columns (id, dataset_id, key, name, name_withheld, position, declared_type, comment, nullable, in_key,
    first_seen_at, retired_at)
SELECT (d - 1) * {columns} + c, d, 'c' || c, 'c' || c, false, c, 'text', '', true, false, {now}, NULL
FROM generate_series(1, {all_datasets}) d, generate_series(1, {columns}) c;

INSERT INTO coverage (dataset_id, look, reason, rows_looked_at, method, seed, detector, scanned_at, attempted_at,
    run_id, draws, oldest, newest, depth, looks, rows_in_all, since, failures, tried_key, caveats)
SELECT d, CASE WHEN d % 50 = 0 THEN 'could_not_look' WHEN d % 50 = 1 THEN 'partly' ELSE 'scanned' END, NULL, 1000,
    'random_rows', 1, 'test', {now}, {now}, 1 + (d - 1) / {datasets}, 1000, 0, 0, 'usual', 1, 1000, {now}, 0, '', '[]'
FROM generate_series(1, {all_datasets}) d;

INSERT INTO summaries (dataset_id, tier, breach_notifiable, people)
SELECT d, 3, false, d % 6
FROM generate_series(1, {all_datasets}) d;

INSERT INTO findings (column_id, run_id, type_code, form, strength, share_low, share_mid, share_high, without_name,
    digest)
SELECT (d - 1) * {columns} + c, 1 + (d - 1) / {datasets}, (ARRAY['NAME', 'SSN', 'DOB', 'ADDR_HOME', 'PHONE',
    'EMAIL', 'RACE', 'HEALTH_INFO', 'BENEFIT_STATUS', 'LANGUAGE', 'INCOME', 'IMMIGRATION_STATUS'])[1 + (d + c) %
    12], 'full', 0.6 + 0.05 * (d % 8), 0.9, 0.95, 1, 0.5, 'full:high'
FROM generate_series(1, {all_datasets}) d, generate_series(1, {holding}) c;

INSERT INTO standings (column_id, type_code, standing, counts)
SELECT (d - 1) * {columns} + c, (ARRAY['NAME', 'SSN', 'DOB', 'ADDR_HOME', 'PHONE', 'EMAIL', 'RACE', 'HEALTH_INFO',
    'BENEFIT_STATUS', 'LANGUAGE', 'INCOME', 'IMMIGRATION_STATUS'])[1 + (d + c) % 12], CASE WHEN d % 4 = 0 THEN
    'confirmed' ELSE 'suggested' END, true
FROM generate_series(1, {all_datasets}) d, generate_series(1, {holding}) c;

INSERT INTO parties (id, name, kind, agency_id)
SELECT a, 'Agency ' || a, 'city_agency', 'a' || a
FROM generate_series(1, {agencies}) a;

INSERT INTO parties (id, name, kind, agency_id)
SELECT {agencies} + 1, 'University', 'researcher', NULL;

INSERT INTO protocols (id, type, title, issuer, issuer_agency_id, edition, citation, effective_on, review_due_on,
    expires_on, supersedes_id, document)
SELECT p, CASE WHEN p % 2 = 0 THEN 'apo_routine_designation' ELSE 'apo_case_approval' END, 'Paper ' || p, '', 'a'
    || 1 + (p - 1) / 10, '', '', DATE '2024-01-01', NULL, CASE WHEN p % 10 = 0 THEN DATE '2025-06-30' END, NULL, ''
FROM generate_series(1, {agencies} * 10) p;

INSERT INTO activities (id, agency_id, verb, title, purpose, classification, ground, unit, party_id,
    subject_categories, programme_id, started_on, ended_on, reference, frequency, volume, retention, mirror_of_id,
    retention_basis, method, purpose_id, divisions, employees, template_id, withdrawn_on)
SELECT a, 'a' || 1 + (a - 1) / {activities}, CASE WHEN (a - 1) % {activities} % 10 = 0 THEN 'disclosure' ELSE
    'collection' END, 'Activity ' || a, 'Serves people', CASE WHEN a % 7 = 0 THEN 'case_by_case' ELSE
    'routine_agency' END, 'furthers_purpose_or_mission', '', CASE WHEN (a - 1) % {activities} % 10 = 0 THEN 1 + (1
    + (a - 1) / {activities}) % {agencies} WHEN (a - 1) % {activities} % 20 = 1 THEN 1 + (1 + (a - 1) /
    {activities} + {agencies} - 2) % {agencies} WHEN a % 13 = 0 THEN {agencies} + 1 END, '[]', NULL, DATE
    '2024-01-01', NULL, 'A' || a, '', '', '', NULL, NULL, NULL, NULL, '[]', '[]', NULL, NULL
FROM generate_series(1, {agencies} * {activities}) a;

UPDATE activities SET mirror_of_id = 1 + (id - 2 + {agencies} * {activities} - {activities}) % {agencies} *
    {activities} WHERE (id - 1) % {activities} % 20 = 1;

INSERT INTO activity_types (activity_id, type_code)
SELECT a, (ARRAY['NAME', 'SSN', 'DOB', 'ADDR_HOME', 'PHONE', 'EMAIL', 'RACE', 'HEALTH_INFO', 'BENEFIT_STATUS',
    'LANGUAGE', 'INCOME', 'IMMIGRATION_STATUS'])[1 + (a + t) % 12]
FROM generate_series(1, {agencies} * {activities}) a, generate_series(1, 4) t;

INSERT INTO activity_datasets (activity_id, dataset_id)
SELECT a, (1 + (a - 1) / {activities} - 1) * {datasets} + ((a - 1) % {activities}) * 6 + n
FROM generate_series(1, {agencies} * {activities}) a, generate_series(1, 6) n;

INSERT INTO activity_protocols (activity_id, protocol_id)
SELECT a, (1 + (a - 1) / {activities} - 1) * 10 + 1 + (a + n) % 10
FROM generate_series(1, {agencies} * {activities}) a, generate_series(0, 1) n;

INSERT INTO designations (activity_id, classification, state, policy_edition, content_hash, approved_on,
    review_due_on, expires_on, flow, supersedes_id, answers, agreement_exception, exception_reason, single_use,
    submitted_by, second_reviewer, ground, content)
SELECT a, CASE WHEN a % 7 = 0 THEN 'case_by_case' ELSE 'routine_agency' END, 'active', '', '', DATE '2024-01-02',
    NULL, NULL, 'activity:' || a, NULL, '{{}}', NULL, '', false, NULL, NULL, NULL, ''
FROM generate_series(1, {agencies} * {activities}) a WHERE a % 2 = 0;
