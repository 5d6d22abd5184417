-- What the SRC told of a call beside the standard's own elements: [{"name": …, "value": …}]
alter table earwitness.call add column vendor_data jsonb not null default '[]';

-- Recordings of one conversation: the id of the earliest of them, null for one that is alone; and the better copy
-- of the same. No foreign keys: a recording may come to the catalog after those that it belongs to.
alter table earwitness.call add column interaction uuid;
alter table earwitness.call add column duplicate_of uuid;
create index call_interaction on earwitness.call (tenant, interaction) where interaction is not null;
