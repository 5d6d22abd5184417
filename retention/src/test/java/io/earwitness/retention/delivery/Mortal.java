package io.earwitness.retention.delivery;

import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.ObjectStore.Lock;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says what was put, and dies before or after its n-th call. */
final class Mortal implements ObjectPlace.Locking {
  private final ObjectPlace place;
  private final int last;
  private final boolean after;
  private final Map<String, Integer> puts;
  private final Runnable die;

  /** Objects by how they are locked, and those that a hold is on. */
  final Map<String, Lock> locks = new TreeMap<>();

  final Set<String> held = new TreeSet<>();
  private int calls;

  Mortal(ObjectPlace place, int last, boolean after, Map<String, Integer> puts) {
    this(
        place,
        last,
        after,
        puts,
        () -> {
          throw new Death();
        });
  }

  /**
   * @param die does not return
   */
  Mortal(ObjectPlace place, int last, boolean after, Map<String, Integer> puts, Runnable die) {
    this.die = die;
    this.place = place;
    this.last = last;
    this.after = after;
    this.puts = puts;
  }

  static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private <T> T call(Call<T> call) throws IOException {
    calls++;
    if (calls == last && !after) {
      die.run();
    }
    T result = call.run();
    if (calls == last) {
      die.run();
    }
    return result;
  }

  @Override
  public OptionalLong size(String key) throws IOException {
    return call(() -> place.size(key));
  }

  @Override
  public InputStream open(String key) throws IOException {
    return call(() -> place.open(key));
  }

  @Override
  public @Nullable String put(String key, Content content) throws IOException {
    return call(() -> {
          Optional<String> said = Optional.ofNullable(place.put(key, content));
          puts.merge(key, 1, Integer::sum);
          return said;
        })
        .orElse(null);
  }

  @Override
  public void delete(String key) throws IOException {
    place.delete(key);
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    return place.list(prefix);
  }

  @Override
  public void purge(String prefix) throws IOException {
    call(
        () -> {
          place.purge(prefix);
          return prefix;
        });
  }

  @Override
  public void demandLocks() {}

  @Override
  public void lock(String key, Lock lock) throws IOException {
    call(() -> Optional.ofNullable(locks.put(key, lock)));
  }

  @Override
  public Optional<Lock> lockOf(String key) {
    return Optional.ofNullable(locks.get(key));
  }

  @Override
  public void hold(String key, boolean on) throws IOException {
    call(() -> on ? held.add(key) : held.remove(key));
  }

  @Override
  public InputStream open(String key, long offset, long length) throws IOException {
    throw new IOException("nothing is read in pieces here");
  }

  @Override
  public void close() {
    place.close();
  }
}
