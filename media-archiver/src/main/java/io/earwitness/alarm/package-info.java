/**
 * The alarms register's domain: which kinds of alarm there are, what one is raised for, and what is
 * told to whom and when. Severities are those of ITU-T X.733, the life cycle that of RFC 8632: an
 * alarm is raised, perhaps acknowledged, and cleared when its condition ends. Knows no database, no
 * mail, no HTTP.
 */
@NullMarked
package io.earwitness.alarm;

import org.jspecify.annotations.NullMarked;
