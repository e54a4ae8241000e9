package io.rdsboot.sample;

import java.time.Duration;

import io.rdsboot.test.LocalRds;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.awaitility.Awaitility.await;

/**
 * The service on a single server, started with an empty index.
 */
@LocalRds(readers = 0)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.index.at-start=true", "sample.index.directory=src/test/resources/corpus/notes" })
class SingleServerTests {

	@LocalServerPort
	private int port;

	@Test
	void startIndexesAndWriterAnswersSearches() {
		RestTestClient client = RestTestClient.bindToServer().baseUrl("http://localhost:" + this.port).build();
		await().atMost(Duration.ofSeconds(60))
			.untilAsserted(
					() -> client.get().uri("/api/index").exchange().expectBody().jsonPath("$.state").isEqualTo("DONE"));
		client.get()
			.uri("/api/search?q={q}&limit=1", "streaming replication")
			.exchange()
			.expectBody()
			.jsonPath("$.server.role")
			.isEqualTo("WRITER")
			.jsonPath("$.server.reason")
			.isEqualTo("NO_READER")
			.jsonPath("$.hits[0].source")
			.isEqualTo("replication.txt");
	}

}
