package io.rdsboot.web;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that clients find what they have just written, with nothing configured: two
 * instances of a service, on Tomcat and on Jetty, behind a balancer that sends each
 * request to the other one, and readers 20 milliseconds behind.
 */
class PostRedirectGetTests {

	private static final int CLIENTS = 4;

	private static final int PAIRS = 50;

	private static LocalRdsCluster cluster;

	private static WebService first;

	private static WebService second;

	private static final AtomicLong id = new AtomicLong();

	@BeforeAll
	static void start() throws SQLException {
		cluster = LocalRdsCluster.builder().readers(2).replicationLag(Duration.ofMillis(20)).start();
		try (Connection connection = DriverManager.getConnection(cluster.writer().jdbcUrl(), cluster.username(),
				cluster.password()); Statement statement = connection.createStatement()) {
			statement.execute(NoteApplication.TABLE);
		}
		cluster.awaitReplication();
		first = WebService.start(cluster, NoteApplication.class);
		second = WebService.start(cluster, NoteApplication.class, WebService.ON_JETTY);
	}

	@AfterAll
	static void stop() {
		second.close();
		first.close();
		cluster.close();
	}

	@Test
	void browserFindsWhatItHasPostedAfterTheRedirect() throws Exception {
		assertThat(notFound(CLIENTS, (browser) -> {
			var answer = browser.post(first.url() + "/forms?id=" + id.incrementAndGet());
			assertThat(answer.statusCode()).isEqualTo(302);
			String location = answer.headers().firstValue("Location").orElseThrow();
			return browser.get(second.url() + location.substring(location.indexOf("/notes"))).statusCode();
		})).isZero();
	}

	@Test
	void clientThatIsAnsweredWithAShortTextFindsWhatItHasPosted() throws Exception {
		assertThat(notFound(CLIENTS, (browser) -> {
			long note = id.incrementAndGet();
			assertThat(browser.post(first.url() + "/notes?id=" + note).body()).isEqualTo("ok");
			return browser.get(second.url() + "/notes/" + note).statusCode();
		})).isZero();
	}

	@Test
	void instanceThatHasJustStartedKnowsWhatAClientHasWritten() {
		Browser browser = new Browser();
		long note = id.incrementAndGet();
		try (WebService third = WebService.start(cluster, NoteApplication.class)) {
			browser.post(first.url() + "/forms?id=" + note);
			assertThat(browser.get(third.url() + "/notes/" + note).statusCode()).isEqualTo(200);
		}
	}

	@Test
	void browserFindsWhatItHasPostedWhileTheWriterFailsOver() throws Exception {
		AtomicBoolean failedOver = new AtomicBoolean();
		ExecutorService executor = Executors.newFixedThreadPool(CLIENTS);
		try {
			List<Future<?>> clients = new ArrayList<>();
			for (int client = 0; client < CLIENTS; client++) {
				clients.add(executor.submit(() -> postAndRead(failedOver)));
			}
			cluster.failover();
			failedOver.set(true);
			for (Future<?> client : clients) {
				client.get(2, TimeUnit.MINUTES);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * Goes on until all is well again for a while. A post or a page may fail meanwhile,
	 * but no page is stale.
	 */
	private static void postAndRead(AtomicBoolean failedOver) {
		Browser browser = new Browser();
		int found = 0;
		while (found < PAIRS) {
			boolean after = failedOver.get();
			long note = id.incrementAndGet();
			if (browser.post(first.url() + "/forms?id=" + note).statusCode() == 302) {
				int status = browser.get(second.url() + "/notes/" + note).statusCode();
				assertThat(status).isNotEqualTo(404);
				found += (after && status == 200) ? 1 : 0;
			}
		}
	}

	@Test
	void readersServeAClientAgainSoonAfterItHasWritten() throws InterruptedException {
		Browser browser = new Browser();
		NoteApplication.Reads reads = second.bean(NoteApplication.Reads.class);
		long note = id.incrementAndGet();
		browser.post(first.url() + "/forms?id=" + note);
		int before = reads.byReaders.get();
		long begin = System.nanoTime();
		while (reads.byReaders.get() == before) {
			assertThat(browser.get(second.url() + "/notes/" + note).statusCode()).isEqualTo(200);
			assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(10));
		}
	}

	/**
	 * The tests above could not fail if no read of this cluster were ever stale.
	 */
	@Test
	void clientThatForgetsItsCookiesDoesNotFindWhatItHasPosted() throws Exception {
		assertThat(notFound(1, (browser) -> {
			long note = id.incrementAndGet();
			browser.post(first.url() + "/notes?id=" + note);
			browser.forgetCookies();
			return browser.get(second.url() + "/notes/" + note).statusCode();
		})).isPositive();
	}

	private static int notFound(int clients, Visit visit) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(clients);
		try {
			List<Callable<Integer>> tasks = new ArrayList<>();
			for (int client = 0; client < clients; client++) {
				tasks.add(() -> {
					Browser browser = new Browser();
					int notFound = 0;
					for (int pair = 0; pair < PAIRS; pair++) {
						int status = visit.writeAndRead(browser);
						assertThat(status).isIn(200, 404);
						notFound += (status == 404) ? 1 : 0;
					}
					return notFound;
				});
			}
			int notFound = 0;
			for (Future<Integer> task : executor.invokeAll(tasks)) {
				notFound += task.get();
			}
			return notFound;
		}
		finally {
			executor.shutdownNow();
		}
	}

	@FunctionalInterface
	private interface Visit {

		/**
		 * Writes, reads, and returns the status of the answer to the read.
		 */
		int writeAndRead(Browser browser);

	}

}
