-- Which alarms a channel is for (docs/operations/alarms.md); empty: all from its severity on
alter table earwitness.alarm_channel add column kinds text[] not null default '{}';
