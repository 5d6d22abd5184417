/*
 * The reference that "bench capture" is stated against: receives datagrams on many ports, with
 * kernel time stamps, and does nothing with them. Looks at every socket in turn, then pauses.
 *
 *   reference_sink STREAMS FIRST_PORT ROUND_MS
 *
 * Writes the ports that it bound, then answers each line on standard input with its CPU time in
 * nanoseconds and the packets received so far; ends when standard input ends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 16
#define SIZE 1536

static unsigned char buffers[BATCH][SIZE];
static unsigned char control[BATCH][64];
static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH];
static struct sockaddr_in sources[BATCH];

static int bind_port(int port) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  int one = 1;
  int size = 1 << 20;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    if (fd >= 0) close(fd);
    return -1;
  }
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  return fd;
}

static long long cpu_nanos(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  int streams = atoi(arguments[1]);
  int port = atoi(arguments[2]);
  long round = atol(arguments[3]) * 1000000L;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  int *sockets = calloc(streams, sizeof *sockets);
  for (int i = 0; i < streams; port += 2) {
    if (port > 65000) return 1;
    sockets[i] = bind_port(port);
    if (sockets[i] >= 0) printf(i++ ? ",%d" : "%d", port);
  }
  printf("\n");
  fflush(stdout);
  for (int i = 0; i < BATCH; i++) {
    vectors[i] = (struct iovec){buffers[i], SIZE};
    messages[i].msg_hdr = (struct msghdr){
        .msg_name = &sources[i], .msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = control[i]};
  }
  long long packets = 0;
  long long stamps = 0;
  struct timespec due;
  clock_gettime(CLOCK_MONOTONIC, &due);
  for (;;) {
    for (int i = 0; i < streams; i++) {
      int received;
      do {
        for (int k = 0; k < BATCH; k++) {
          messages[k].msg_hdr.msg_namelen = sizeof sources[k];
          messages[k].msg_hdr.msg_controllen = sizeof control[k];
        }
        received = recvmmsg(sockets[i], messages, BATCH, MSG_DONTWAIT, NULL);
        for (int k = 0; k < received; k++) {
          struct cmsghdr *stamp = CMSG_FIRSTHDR(&messages[k].msg_hdr);
          if (stamp && stamp->cmsg_type == SO_TIMESTAMPNS)
            stamps += ((struct timespec *)CMSG_DATA(stamp))->tv_nsec & 1;
          packets++;
        }
      } while (received == BATCH);
    }
    struct pollfd input = {.fd = 0, .events = POLLIN};
    if (poll(&input, 1, 0) > 0) {
      char line[64];
      if (read(0, line, sizeof line) <= 0) return stamps < 0;
      printf("%lld,%lld\n", cpu_nanos(), packets);
      fflush(stdout);
    }
    due.tv_nsec += round;
    while (due.tv_nsec >= 1000000000L) {
      due.tv_nsec -= 1000000000L;
      due.tv_sec++;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > due.tv_sec || (now.tv_sec == due.tv_sec && now.tv_nsec > due.tv_nsec))
      due = now;
    else
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
  }
}
