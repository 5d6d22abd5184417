/**
 * Measurements that anybody can repeat: {@code ./earwitness bench NAME}. Each puts the real parts
 * under load and states its figures beside a reference run on the same machine.
 */
@NullMarked
package io.earwitness.app.bench;

import org.jspecify.annotations.NullMarked;
