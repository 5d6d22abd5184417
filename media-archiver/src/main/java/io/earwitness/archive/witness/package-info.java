/**
 * Has witnesses cosign checkpoints, as C2SP tlog-witness describes it: who controls a log's key and
 * every copy can then still not show two histories of it. Knows nothing of where logs are kept.
 */
@NullMarked
package io.earwitness.archive.witness;

import org.jspecify.annotations.NullMarked;
