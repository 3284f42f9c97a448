-- An account of PostgreSQL that may only read, for Privacy Catalog.
-- Run in the database, as its owner who may make roles, or as a superuser; once more from "GRANT USAGE" on for each
-- schema. A line that is refused or warns is one for somebody with more rights.
-- The account's password: \password in psql, so that it stands in no file and no log.

CREATE ROLE {user} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 4;
ALTER ROLE {user} SET default_transaction_read_only = on;
ALTER ROLE {user} SET statement_timeout = '15s';
ALTER ROLE {user} SET lock_timeout = '2s';
-- As a superuser also: ALTER ROLE {user} SET temp_file_limit = '256MB';

GRANT CONNECT ON DATABASE {database} TO {user};

GRANT USAGE ON SCHEMA {schema} TO {user};
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {user};
-- Tables that whoever runs this makes later; others who make tables run it too.
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {user};

-- Before PostgreSQL 15 everybody may make tables in the schema public, and such an account is refused:
-- REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- To have the catalog step back while others are busy, it must see whether they are:
-- GRANT pg_read_all_stats TO "{user}";

-- Where row policies hide rows, what is not seen is not judged. To have all rows read:
-- ALTER ROLE "{user}" BYPASSRLS;
