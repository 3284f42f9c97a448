-- An account for Privacy Catalog on Oracle: it may read what it is granted and nothing else.
-- Written by the documentation, not yet run against a live server.
-- Run this as an administrator in the pluggable database. Give the password to Privacy Catalog by reference only.

CREATE USER {user} IDENTIFIED BY "a-password-of-your-own" QUOTA 0 ON users;
GRANT CREATE SESSION TO {user};

-- READ and not SELECT: with SELECT an account may also lock rows (SELECT ... FOR UPDATE).
-- One line for every table and view; this prints them all for the schema {schema}:
-- SELECT 'GRANT READ ON "' || owner || '"."' || object_name || '" TO {user};' FROM all_objects
-- WHERE owner = '{schema}' AND object_type IN ('TABLE', 'VIEW', 'MATERIALIZED VIEW');

-- From Oracle 23 on one line is enough for a schema, also for the tables that come later:
-- GRANT READ ANY TABLE ON SCHEMA {schema} TO {user};

-- So that scans wait while others are busy:
-- GRANT READ ON SYS.V_$SESSION TO {user};
