-- An account for Privacy Catalog on SQL Server: it may read the schema {schema} of {database} and nothing else.
-- Written by the documentation, not yet run against a live server.
-- Run this as a login that may create others. Give the password to Privacy Catalog by reference only.

CREATE LOGIN [{user}] WITH PASSWORD = 'a-password-of-your-own', DEFAULT_DATABASE = [{database}];
GO
USE [{database}];
CREATE USER [{user}] FOR LOGIN [{user}];

-- Repeat these lines for every schema. To show tables that it may not read as well, which are then listed as such,
-- GRANT VIEW DEFINITION ON SCHEMA is enough.
GRANT SELECT ON SCHEMA::[{schema}] TO [{user}];
GRANT VIEW DEFINITION ON SCHEMA::[{schema}] TO [{user}];

-- So that unchanged tables need not be read again, and scans wait while others are busy (in the database master):
-- GRANT VIEW SERVER STATE TO [{user}];                 (to SQL Server 2019)
-- GRANT VIEW SERVER PERFORMANCE STATE TO [{user}];     (from SQL Server 2022 on)

-- Columns under dynamic data masking are not judged unless:
-- GRANT UNMASK TO [{user}];
