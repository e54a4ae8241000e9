package io.rdsboot.sample;

import java.util.Map;

import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service with a profile that says how it logs in.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
abstract class AbstractLoginTests {

	private final String type;

	@LocalServerPort
	private int port;

	AbstractLoginTests(String type) {
		this.type = type;
	}

	@Test
	void serviceWritesReadsAndSaysHowItLogsIn(LocalRdsCluster cluster) {
		RestTestClient client = RestTestClient.bindToServer().baseUrl("http://localhost:" + this.port).build();
		client.post()
			.uri("/api/documents")
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("title", "Lynx", "text", "The lynx has tufted ears."))
			.exchange()
			.expectStatus()
			.isCreated();
		cluster.awaitReplication();
		JsonNode login = client.get().uri("/api/login").exchange().returnResult(JsonNode.class).getResponseBody();
		assertThat(login).isNotNull();
		assertThat(login.get("role").asString()).isEqualTo("app");
		assertThat(login.get("type").asString()).isEqualTo(this.type);
		JsonNode answer = client.get()
			.uri("/api/search?q={q}&limit=1", "tufted ears")
			.exchange()
			.returnResult(JsonNode.class)
			.getResponseBody();
		assertThat(answer).isNotNull();
		assertThat(answer.at("/server/role").asString()).isEqualTo("READER");
		assertThat(answer.at("/hits/0/text").asString()).contains("lynx");
	}

}
