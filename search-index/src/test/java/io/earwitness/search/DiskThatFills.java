package io.earwitness.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/** A folder on a disk that can be full for a while. */
final class DiskThatFills extends FilterDirectory {
  /** Open once something was refused. */
  final CountDownLatch refused = new CountDownLatch(1);

  volatile boolean full;

  DiskThatFills(Path folder) throws IOException {
    super(FSDirectory.open(folder));
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    refuseIfFull(name);
    return super.createOutput(name, context);
  }

  @Override
  public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
      throws IOException {
    refuseIfFull(prefix);
    return super.createTempOutput(prefix, suffix, context);
  }

  private void refuseIfFull(String name) throws IOException {
    if (full) {
      refused.countDown();
      throw new IOException(name + ": No space left on device");
    }
  }
}
