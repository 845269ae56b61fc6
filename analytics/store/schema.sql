-- One row per row of a bank's file, typed; keys and meanings: the data dictionary. Ids of customers and staff are pseudonyms.

-- one row per queue ticket
create table visits (
    ticket_id varchar not null, branch_id varchar not null, customer_id varchar, segment varchar not null,
    service varchar not null, arrived_at timestamp not null, called_at timestamp, finished_at timestamp,
    left_at timestamp, counter varchar, teller_id varchar, load_id integer not null
);

-- one row per role, weekday, starting time and validity
create table rosters (
    branch_id varchar not null, role varchar not null, weekday integer not null, from_time time not null,
    to_time time not null, headcount integer not null, hourly_cost double, valid_from date, valid_to date,
    load_id integer not null
);

-- one row per answered questionnaire; items on 1–7, overall on 1–5; ticket_…: of the ticket that it names, found at loading
create table surveys (
    response_id varchar not null, branch_id varchar not null, answered_at timestamp, touchpoint varchar,
    segment varchar, customer_id varchar, ticket_id varchar, case_id varchar, overall double,
    overall_scale_low double, overall_scale_high double, recommend integer,
    perceived map(varchar, double), expected map(varchar, double), comment varchar, load_id integer not null,
    ticket_service varchar, ticket_segment varchar, ticket_customer_id varchar, ticket_arrived_at timestamp,
    ticket_called_at timestamp
);

-- one row per step of a process; ordinal numbers rows that are equal in all the rest of the key
create table events (
    case_id varchar not null, process varchar not null, branch_id varchar not null, activity varchar not null,
    resource varchar, role varchar, started_at timestamp, finished_at timestamp not null,
    ordinal integer not null, load_id integer not null
);

-- one row per case of a process
create table cases (
    case_id varchar not null, process varchar not null, customer_id varchar, segment varchar, product varchar,
    channel varchar, value double, outcome varchar, attributes json, load_id integer not null
);

-- one row per customer and snapshot
create table customers (
    customer_id varchar not null, branch_id varchar not null, as_of_on date, segment varchar, manager_id varchar,
    joined_on date, left_on date, annual_profit double, balance double, products integer, phone_allowed boolean,
    attributes json, load_id integer not null
);

-- one row per change made at a branch
create table interventions (
    intervention_id varchar not null, branch_id varchar not null, name varchar not null,
    went_live_on date not null, measures json, load_id integer not null
);

-- one row per loaded file
create table loads (
    load_id integer not null, version varchar not null, file varchar not null, table_name varchar not null,
    rows_read bigint not null, loaded bigint not null, unchanged bigint not null, rejected bigint not null,
    unused varchar[] not null, loaded_at timestamp not null
);

-- one row per rejected row; raw holds the row's text with ids as pseudonyms
create table rejects (
    load_id integer not null, file varchar not null, line bigint not null, table_name varchar not null,
    "column" varchar, reason varchar not null, raw varchar
);

-- one row per mapping that worked; signature: the file's column names
create table mappings (
    signature varchar not null, table_name varchar not null, mapping json not null, file varchar not null,
    kept_at timestamp not null
);

-- one row: which version this is and which it was made from
create table version_info (version varchar not null, parent varchar, created_at timestamp not null);
