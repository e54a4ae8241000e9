package io.rdsboot.web;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a service that calls another one on the same cluster, whose readers are so far
 * behind that they show nothing of what was just written.
 */
class OnwardCallTests {

	private static final int OK = 200;

	private static final int NOT_FOUND = 404;

	private static final AtomicLong id = new AtomicLong();

	private static LocalRdsCluster cluster;

	private static WebService front;

	private static WebService back;

	private final Browser browser = new Browser();

	private final long note = id.incrementAndGet();

	@BeforeAll
	static void start() throws SQLException {
		cluster = LocalRdsCluster.builder().readers(2).start();
		try (Connection connection = DriverManager.getConnection(cluster.writer().jdbcUrl(), cluster.username(),
				cluster.password()); Statement statement = connection.createStatement()) {
			statement.execute(NoteApplication.TABLE);
		}
		cluster.awaitReplication();
		cluster.replicationLag(Duration.ofMinutes(1));
		front = WebService.start(cluster, FrontApplication.class);
		back = WebService.start(cluster, NoteApplication.class);
	}

	@AfterAll
	static void stop() {
		back.close();
		front.close();
		cluster.close();
	}

	@Test
	void calledServiceReadsWhatItsCallerHasWritten() {
		assertThat(call("/write-and-ask")).isEqualTo("" + OK);
	}

	/**
	 * The test above could not fail if the called service read from the writer anyway.
	 */
	@Test
	void serviceThatIsCalledWithoutATokenDoesNotFindWhatItsCallerHasWritten() {
		assertThat(call("/write-and-ask-without-token")).isEqualTo("" + NOT_FOUND);
	}

	@Test
	void callerReadsWhatTheCalledServiceHasWritten() {
		assertThat(call("/ask-and-read")).isEqualTo("true");
	}

	@Test
	void clientOfTheCallerReadsWhatTheCalledServiceHasWritten() {
		call("/ask-and-read");
		assertThat(this.browser.get(back.url() + "/notes/" + this.note).statusCode()).isEqualTo(OK);
		this.browser.forgetCookies();
		assertThat(this.browser.get(back.url() + "/notes/" + this.note).statusCode()).isEqualTo(NOT_FOUND);
	}

	private String call(String path) {
		return this.browser.post(front.url() + path + "/" + this.note + "?service=" + back.url()).body();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ NoteApplication.NoteController.class, NoteApplication.NoteService.class, FrontController.class })
	static class FrontApplication {

	}

	@RestController
	static class FrontController {

		private final NoteApplication.NoteService notes;

		private final RestClient withTokens;

		private final RestClient plain = RestClient.create();

		FrontController(NoteApplication.NoteService notes, ConsistencyTokens tokens) {
			this.notes = notes;
			this.withTokens = RestClient.builder().requestInterceptor(new ConsistencyTokenInterceptor(tokens)).build();
		}

		@PostMapping("/write-and-ask/{id}")
		String writeAndAsk(@PathVariable long id, @RequestParam String service) {
			this.notes.add(id);
			return ask(this.withTokens, service, id);
		}

		@PostMapping("/write-and-ask-without-token/{id}")
		String writeAndAskWithoutToken(@PathVariable long id, @RequestParam String service) {
			this.notes.add(id);
			return ask(this.plain, service, id);
		}

		@PostMapping("/ask-and-read/{id}")
		String askAndRead(@PathVariable long id, @RequestParam String service) {
			this.withTokens.post().uri(service + "/notes?id=" + id).retrieve().toBodilessEntity();
			return String.valueOf(this.notes.contains(id));
		}

		private static String ask(RestClient client, String service, long id) {
			return client.get()
				.uri(service + "/notes/" + id)
				.exchange((request, response) -> String.valueOf(response.getStatusCode().value()));
		}

	}

}
