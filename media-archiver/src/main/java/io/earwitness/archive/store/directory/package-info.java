/** Object store adapter for a directory that enforces retention itself. */
@NullMarked
package io.earwitness.archive.store.directory;

import org.jspecify.annotations.NullMarked;
