/**
 * Keeps the alarms register up to date and tells channels what is in it: threads of a node between
 * its alarms, the catalog and the channels. What takes calls uses only {@link
 * io.earwitness.alarm.Alarms}.
 */
@NullMarked
package io.earwitness.archive.alarm;

import org.jspecify.annotations.NullMarked;
