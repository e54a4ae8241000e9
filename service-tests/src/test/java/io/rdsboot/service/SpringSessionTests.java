package io.rdsboot.service;

import java.net.CookieManager;
import java.util.List;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of requests whose HTTP sessions Spring Session keeps in the database. Replay is
 * paused for most of them, so that a read on a reader shows that nothing was waited for.
 */
@LocalRds(readers = 2)
class SpringSessionTests {

	private static ServiceInstance first;

	/**
	 * Writes attributes when they are set, not at the end of the request.
	 */
	private static ServiceInstance second;

	private final LocalRdsCluster cluster;

	private final CookieManager browser = new CookieManager();

	SpringSessionTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeAll
	static void start(LocalRdsCluster cluster) {
		first = ServiceInstance.ofWeb(cluster, Application.class, "spring.session.jdbc.initialize-schema=always");
		second = ServiceInstance.ofWeb(cluster, Application.class, "spring.session.jdbc.flush-mode=immediate");
		first.bean(JdbcTemplate.class).execute("CREATE TABLE visits (at timestamptz)");
	}

	@AfterAll
	static void stop() {
		first.close();
		second.close();
	}

	@AfterEach
	void resumeReplay() {
		this.cluster.readers().forEach(this.cluster::resumeReplay);
	}

	@Test
	void requestThatOnlyReadsIsServedByReadersWhileItsSessionIsWritten() throws Exception {
		pauseReplay();
		assertThat(first.get(this.browser, "/login")).isEqualTo("logged in");
		for (int i = 0; i < 10; i++) {
			assertThat(first.get(this.browser, "/read")).isIn(readByAnn());
		}
	}

	@Test
	void attributeThatIsWrittenAtOnceDoesNotTakeTheNextReadToTheWriter() throws Exception {
		pauseReplay();
		assertThat(second.get(this.browser, "/login-and-read")).isIn(readByAnn());
	}

	@Test
	void sessionIsFreshOnEveryInstanceOfTheService() throws Exception {
		pauseReplay();
		first.get(this.browser, "/login");
		assertThat(second.get(this.browser, "/read")).isIn(readByAnn());
		second.get(this.browser, "/logout");
		assertThat(first.get(this.browser, "/read")).startsWith("nobody");
	}

	@Test
	void writesOfTheApplicationStillCount() throws Exception {
		pauseReplay();
		first.get(this.browser, "/login");
		assertThat(first.get(this.browser, "/visit-and-read")).isEqualTo("ann at " + this.cluster.writer().port());
	}

	private void pauseReplay() {
		this.cluster.awaitReplication();
		this.cluster.readers().forEach(this.cluster::pauseReplay);
	}

	private List<String> readByAnn() {
		return this.cluster.readers().stream().map(LocalRdsInstance::port).map((port) -> "ann at " + port).toList();
	}

	static class Visits {

		private final JdbcTemplate jdbc;

		Visits(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional(readOnly = true)
		public int readingPort() {
			return this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
		}

		@Transactional
		public void visit() {
			this.jdbc.update("INSERT INTO visits VALUES (now())");
		}

	}

	@RestController
	static class Controller {

		private final Visits visits;

		Controller(Visits visits) {
			this.visits = visits;
		}

		@GetMapping("/login")
		String login(HttpSession session) {
			session.setAttribute("user", "ann");
			return "logged in";
		}

		@GetMapping("/logout")
		String logout(HttpSession session) {
			session.invalidate();
			return "logged out";
		}

		@GetMapping("/read")
		String read(HttpSession session) {
			Object user = session.getAttribute("user");
			return ((user != null) ? user : "nobody") + " at " + this.visits.readingPort();
		}

		@GetMapping("/login-and-read")
		String loginAndRead(HttpSession session) {
			session.setAttribute("user", "ann");
			return read(session);
		}

		@GetMapping("/visit-and-read")
		String visitAndRead(HttpSession session) {
			this.visits.visit();
			return read(session);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
					"org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration" })
	static class Application {

		@Bean
		Visits visits(JdbcTemplate jdbc) {
			return new Visits(jdbc);
		}

		@Bean
		Controller controller(Visits visits) {
			return new Controller(visits);
		}

	}

}
