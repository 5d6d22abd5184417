/**
 * Who may do what with which call, and why: people, roles, teams, grants and matters as of any
 * moment, and the one function that decides on them. Records and pure functions over the JDK and
 * {@code call} only; the time is always given.
 */
@NullMarked
package io.earwitness.access;

import org.jspecify.annotations.NullMarked;
