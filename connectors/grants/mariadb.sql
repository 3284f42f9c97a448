-- An account for Privacy Catalog on MariaDB or MySQL: it may read {schema} and nothing else.
-- Run this as an account that may create others. Give the password to Privacy Catalog by reference only.

-- Four connections: one reads, one may end what that asks, two are for people who test the source.
CREATE USER `{user}`@`%` IDENTIFIED BY 'a-password-of-your-own' WITH MAX_USER_CONNECTIONS 4;

-- Repeat this line for every schema. In its name _ and % stand for any letters: write \_ and \% where they are meant.
GRANT SELECT ON `{schema}`.* TO `{user}`@`%`;

-- Only on a replica, and only if scans are to wait while it is behind:
-- GRANT SLAVE MONITOR ON *.* TO `{user}`@`%`;          (MariaDB from 10.5 on)
-- GRANT REPLICATION CLIENT ON *.* TO `{user}`@`%`;     (MySQL, and older MariaDB)
