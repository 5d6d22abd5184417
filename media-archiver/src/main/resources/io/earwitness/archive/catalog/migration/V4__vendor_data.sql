-- What the SRC told of a call beside the standard's own elements: [{"name": …, "value": …}]
alter table earwitness.call add column vendor_data jsonb not null default '[]';
