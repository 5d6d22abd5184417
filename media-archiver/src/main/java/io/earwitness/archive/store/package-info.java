/** The object store: its port, and what every adapter must do alike (the contract test). */
@NullMarked
package io.earwitness.archive.store;

import org.jspecify.annotations.NullMarked;
