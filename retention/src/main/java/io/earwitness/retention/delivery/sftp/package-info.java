/** Storage that is reached by SFTP. */
@NullMarked
package io.earwitness.retention.delivery.sftp;

import org.jspecify.annotations.NullMarked;
