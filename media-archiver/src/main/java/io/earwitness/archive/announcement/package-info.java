/**
 * Announcements beyond single calls: registers prompts, keeps policies and prompts ready in memory,
 * and decides what is to be announced. What is searched in calls is {@code archive.media}'s; the
 * rules themselves are {@code call}'s.
 */
@NullMarked
package io.earwitness.archive.announcement;

import org.jspecify.annotations.NullMarked;
