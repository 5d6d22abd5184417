/**
 * Until when recordings are kept and why: the planner over policies, holds and locks. Policies and
 * their decision on one call are {@code call}'s; locks are set when a call is archived.
 */
@NullMarked
package io.earwitness.retention;

import org.jspecify.annotations.NullMarked;
