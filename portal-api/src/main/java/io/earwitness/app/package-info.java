/**
 * The composition root and the command line: reads the configuration, builds everything by plain
 * constructors, runs it. No logic of its own; the only package that knows all modules.
 */
@NullMarked
package io.earwitness.app;

import org.jspecify.annotations.NullMarked;
