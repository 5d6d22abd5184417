package io.earwitness.recorder.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class SeldomLogTest {
  @Test
  void ofManyLinesInTenSecondsTheFirstIsLogged() {
    List<String> logged = new ArrayList<>();
    Logger logger =
        (Logger)
            Proxy.newProxyInstance(
                Logger.class.getClassLoader(),
                new Class<?>[] {Logger.class},
                (_, method, arguments) -> {
                  logged.add(method.getName() + Arrays.toString(arguments));
                  return null;
                });
    SeldomLog log = new SeldomLog(logger);
    for (int i = 0; i < 1000; i++) {
      log.warn("line " + i);
    }
    assertThat(logged).containsExactly("warn[{}, line 0]");
  }
}
