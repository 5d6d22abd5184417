package io.earwitness.portal;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.RecordingId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Objects in memory, checked block by block against the hashes taken when they were put. */
final class FakeMedia implements MediaAccess {
  static final int BLOCK = 64 * 1024;

  /** Every use of a tenant's key. */
  final List<Requester> keyUses = new CopyOnWriteArrayList<>();

  /** Reading this block fails as if the object store had gone away; -1 is none. */
  volatile int missingBlock = -1;

  final Set<RecordingId> keysElsewhere = ConcurrentHashMap.newKeySet();
  private final Map<String, BlockContent> contents = new ConcurrentHashMap<>();

  void put(RecordingId id, Part part, byte[] plain) {
    contents.put(key(id, part), new BlockContent(plain));
  }

  /** Flips one bit of what is stored. */
  void tamper(RecordingId id, Part part, int offset) {
    content(id, part).bytes[offset] ^= 1;
  }

  byte[] bytes(RecordingId id, Part part) {
    return content(id, part).bytes.clone();
  }

  private BlockContent content(RecordingId id, Part part) {
    BlockContent content = contents.get(key(id, part));
    if (content == null) {
      throw new IllegalStateException("no " + key(id, part));
    }
    return content;
  }

  private static String key(RecordingId id, Part part) {
    return id + "/" + part.objectName();
  }

  @Override
  public Content open(ArchivedCall call, Part part, Requester requester) throws IOException {
    if (keysElsewhere.contains(call.id())) {
      throw new KeyNotHeldException("The tenant keeps the key of this recording itself.");
    }
    keyUses.add(requester);
    return content(call.id(), part);
  }

  @Override
  public Stored stored(ArchivedCall call, Part part) {
    byte[] sealed = sealed(call.id());
    return new Stored(sealed.length, new ByteArrayInputStream(sealed));
  }

  static byte[] sealed(RecordingId id) {
    return ("sealed " + id).getBytes(StandardCharsets.UTF_8);
  }

  /** As long as they are large: all audio is equally dense. */
  @Override
  public List<AudioPart> parts(ArchivedCall call) {
    List<AudioPart> parts = new ArrayList<>();
    long all = 0;
    for (int n = 1; contents.containsKey(key(call.id(), Part.media(n))); n++) {
      all += content(call.id(), Part.media(n)).length();
    }
    long before = 0;
    for (int n = 1; contents.containsKey(key(call.id(), Part.media(n))); n++) {
      long size = content(call.id(), Part.media(n)).length();
      long start = before * call.durationMs() / all;
      long end = (before + size) * call.durationMs() / all;
      parts.add(new AudioPart(n, start, end - start, size));
      before += size;
    }
    return parts;
  }

  @Override
  public byte[] manifest(ArchivedCall call) {
    return ("signed " + call.id()).getBytes(StandardCharsets.UTF_8);
  }

  private final class BlockContent implements Content {
    private final byte[] bytes;
    private final List<byte[]> hashes = new ArrayList<>();

    BlockContent(byte[] bytes) {
      this.bytes = bytes.clone();
      for (int block = 0; block * BLOCK < bytes.length; block++) {
        hashes.add(sha256(block(block)));
      }
    }

    private byte[] block(int block) {
      return Arrays.copyOfRange(bytes, block * BLOCK, Math.min(bytes.length, (block + 1) * BLOCK));
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public void transferTo(long offset, long length, OutputStream out) throws IOException {
      long end = offset + length;
      for (int block = (int) (offset / BLOCK); (long) block * BLOCK < end; block++) {
        if (block == missingBlock) {
          throw new ObjectStoreException("the object store can't be reached", null);
        }
        byte[] plain = block(block);
        if (!Arrays.equals(sha256(plain), hashes.get(block))) {
          throw new IOException("block " + block + " of media.cms is not what was signed");
        }
        long start = (long) block * BLOCK;
        int from = (int) Math.max(0, offset - start);
        int to = (int) Math.min(plain.length, end - start);
        out.write(plain, from, to - from);
      }
    }

    private byte[] sha256(byte[] bytes) {
      try {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
