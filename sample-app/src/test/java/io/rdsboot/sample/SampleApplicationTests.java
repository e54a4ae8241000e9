package io.rdsboot.sample;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The whole service over HTTP, on a cluster of one writer and two readers.
 */
@LocalRds(readers = 2)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "rds.routing.reader-retry-interval=500ms")
class SampleApplicationTests {

	private static final Duration LIMIT = Duration.ofSeconds(120);

	private static final int CORPUS_FILES = 11;

	@TempDir
	private static Path root;

	@LocalServerPort
	private int port;

	private RestTestClient client;

	@DynamicPropertySource
	static void indexDirectory(DynamicPropertyRegistry registry) {
		registry.add("sample.index.directory", () -> root);
	}

	@BeforeAll
	static void copyFiles() throws Exception {
		FileSystemUtils.copyRecursively(Path.of("src/test/resources/corpus"), root.resolve("corpus"));
		FileSystemUtils.copyRecursively(Path.of("src/main/java"), root.resolve("service"));
	}

	@BeforeEach
	void setUp() {
		this.client = RestTestClient.bindToServer().baseUrl("http://localhost:" + this.port).build();
	}

	@Test
	void searchesAreAnsweredByBothReaders(LocalRdsCluster cluster) {
		index("");
		cluster.awaitReplication();
		List<JsonNode> servers = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			servers.add(search("rate limiter with bursts").get("server"));
		}
		assertThat(servers).allSatisfy((server) -> assertThat(server.get("role").asString()).isEqualTo("READER"));
		assertThat(servers.stream().map((server) -> server.get("port").asInt()).collect(Collectors.toSet()))
			.isEqualTo(ports(cluster.readers()));
	}

	@Test
	void writesAreDoneByWriter(LocalRdsCluster cluster) throws Exception {
		try (Connection connection = cluster.adminConnection(cluster.writer());
				Statement statement = connection.createStatement()) {
			// A default is computed by the server that inserts
			statement.execute("alter table source add column written_by integer default inet_server_port()");
			try {
				JsonNode created = post("/api/documents",
						Map.of("title", "Port", "text", "Which server has written this?"), HttpStatus.CREATED);
				try (ResultSet row = statement.executeQuery(
						"select written_by from source where name = '" + created.get("name").asString() + "'")) {
					assertThat(row.next()).isTrue();
					assertThat(row.getInt(1)).isEqualTo(cluster.writer().port());
				}
			}
			finally {
				statement.execute("alter table source drop column written_by");
			}
		}
	}

	@Test
	void searchWhenReaderDiesGoesOnAndReaderComesBack(LocalRdsCluster cluster) {
		index("");
		cluster.awaitReplication();
		LocalRdsInstance dead = cluster.readers().get(0);
		LocalRdsInstance alive = cluster.readers().get(1);
		cluster.crash(dead);
		try {
			for (int i = 0; i < 12; i++) {
				JsonNode answer = search("rate limiter with bursts");
				assertThat(answer.get("hits")).isNotEmpty();
				assertThat(answer.at("/server/port").asInt()).isEqualTo(alive.port());
			}
			await().atMost(LIMIT).until(() -> !isReachable(dead));
		}
		finally {
			cluster.restart(dead);
		}
		await().atMost(LIMIT)
			.until(() -> search("rate limiter").at("/server/port").asInt() == dead.port() && isReachable(dead));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			connection never returned by the borrower      |          | corpus/guide/pools.md
			verify the host name of the server certificate | html     | corpus/site/tls.html
			token is valid for fifteen minutes             | text     | corpus/notes/tokens.txt
			rate limiter with bursts                       | java     | corpus/code/TokenBucket.java
			splits sections into overlapping passages      |          | text/PassageSplitter.java
			runs a sentence transformer within the service | java     | embedding/MiniLmEmbedding.java
			""")
	void searchFindsPassageInTopThree(String query, String type, String expected, LocalRdsCluster cluster) {
		index("");
		cluster.awaitReplication();
		JsonNode hits = get("/api/search?limit=3&q={q}&type={type}", query, (type != null) ? type : "").get("hits");
		assertThat(hits).hasSize(3);
		assertThat(hits).anyMatch((hit) -> hit.get("source").asString().endsWith(expected));
		if (type != null) {
			assertThat(hits).allMatch((hit) -> hit.get("type").asString().equals(type));
		}
	}

	@Test
	void searchFindsOnlyWhatFulfilsTheFilter(LocalRdsCluster cluster) {
		index("");
		cluster.awaitReplication();
		JsonNode hits = get("/api/search?q={q}&filter={filter}", "tokens",
				"type in ('html', 'text') and number < 1 and not source like '%tokens%'")
			.get("hits");
		assertThat(hits).isNotEmpty()
			.allMatch((hit) -> List.of("html", "text").contains(hit.get("type").asString()))
			.noneMatch((hit) -> hit.get("source").asString().contains("tokens"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			type = 'java          | position 7
			number = 'one'        | number
			""")
	void searchWhenFilterIsInvalidSaysWhere(String filter, String expected) {
		JsonNode problem = body(this.client.get()
			.uri("/api/search?q=a&filter={filter}", filter)
			.exchange()
			.expectStatus()
			.isBadRequest()
			.returnResult(JsonNode.class));
		assertThat(problem.get("parameter").asString()).isEqualTo("filter");
		assertThat(problem.get("mend").asString()).contains(expected);
	}

	@Test
	void indexWhenFilesChangedReplacesAndRemovesPassages(LocalRdsCluster cluster) throws Exception {
		Path directory = Files.createDirectories(root.resolve("changing"));
		Path changed = Files.writeString(directory.resolve("changed.md"),
				"# Zebra\n" + "The zebra grazes. ".repeat(200));
		Path removed = Files.writeString(directory.resolve("removed.md"), "The okapi hides.");
		Path broken = Files.write(directory.resolve("broken.md"), new byte[] { (byte) 0xff, 'a' });
		JsonNode first = index("changing");
		assertThat(first.get("files").asInt()).isEqualTo(3);
		assertThat(first.at("/failures/0/file").asString()).isEqualTo("changing/broken.md");
		assertThat(first.at("/failures/0/reason").asString()).isEqualTo("not UTF-8");
		long before = passages(cluster);
		Files.writeString(changed, "# Giraffe\nThe giraffe looks around.");
		Files.delete(removed);
		JsonNode second = index("changing");
		Files.delete(broken);
		assertThat(second.get("passages").asInt()).isOne();
		assertThat(passages(cluster)).isEqualTo(before - first.get("passages").asInt() + 1);
		assertThat(sources("giraffe")).contains("changing/changed.md");
		assertThat(sources("okapi")).doesNotContain("changing/removed.md");
	}

	@Test
	void documentWhenIndexedAnewIsStillFound(LocalRdsCluster cluster) {
		String name = post("/api/documents",
				Map.of("title", "Whales", "text", "The narwhal has a long tusk.", "metadata", Map.of("year", 2026)),
				HttpStatus.CREATED)
			.get("name")
			.asString();
		cluster.awaitReplication();
		assertThat(sources("narwhal tusk").get(0)).isEqualTo(name);
		index("");
		cluster.awaitReplication();
		assertThat(sources("narwhal tusk").get(0)).isEqualTo(name);
	}

	@Test
	void indexWhenJobIsRunningIsRefused(LocalRdsCluster cluster) throws Exception {
		try (Connection connection = holdJob(cluster, "refusing")) {
			JsonNode problem = post("/api/index", Map.of(), HttpStatus.CONFLICT);
			assertThat(problem.get("title").asString()).isEqualTo("Indexing job is running");
			connection.rollback();
		}
		assertThat(awaitJob().get("state").asString()).isEqualTo("DONE");
	}

	@Test
	void documentWhenJobIsRunningIsStoredAndFound(LocalRdsCluster cluster) throws Exception {
		index("");
		try (Connection connection = holdJob(cluster, "held")) {
			String name = post("/api/documents", Map.of("title", "Whales", "text", "The beluga sings."),
					HttpStatus.CREATED)
				.get("name")
				.asString();
			cluster.awaitReplication();
			assertThat(sources("singing beluga").get(0)).isEqualTo(name);
			assertThat(get("/api/index").get("state").asString()).isIn("FINDING", "STORING");
			connection.rollback();
		}
		assertThat(awaitJob().get("state").asString()).isEqualTo("DONE");
	}

	@Test
	void noteOfAnotherModelIsEmbeddedAgain(LocalRdsCluster cluster) throws Exception {
		String name = post("/api/documents",
				Map.of("title", "Birds", "text", "The kea opens bags.", "metadata", Map.of("year", 2026)),
				HttpStatus.CREATED)
			.get("name")
			.asString();
		try (Connection connection = cluster.adminConnection(cluster.writer());
				Statement statement = connection.createStatement()) {
			statement.execute("update source set fingerprint = 'another model' where name = '" + name + "'");
			statement.execute("update documents set embedding = array_fill(0.1, array[384])::vector where source = '"
					+ name + "'");
			cluster.awaitReplication();
			index("corpus");
			cluster.awaitReplication();
			JsonNode hit = get("/api/search?q={q}&meaning=1&limit=1&filter={filter}", "a kea that opens bags",
					"year = 2026 and source = '" + name + "'")
				.at("/hits/0");
			assertThat(hit.get("similarity").asDouble()).isGreaterThan(0.5);
			assertThat(hit.get("text").asString()).isEqualTo("The kea opens bags.");
		}
	}

	@Test
	void indexWhenNothingHasChangedEmbedsNothing() {
		index("corpus");
		JsonNode again = index("corpus");
		assertThat(again.get("passages").asInt()).isZero();
		assertThat(again.get("unchanged").asInt()).isEqualTo(CORPUS_FILES);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			borrower forgot to give it back to the pool   | corpus/guide/pools.md
			make sure that the server is who it claims to be    | corpus/site/tls.html
			throttle requests, but allow a short burst    | corpus/code/TokenBucket.java
			""")
	void searchByMeaningFindsPassageWithoutItsWords(String query, String expected, LocalRdsCluster cluster) {
		index("corpus");
		cluster.awaitReplication();
		JsonNode answer = get("/api/search?limit=3&meaning=1&q={q}&filter={filter}", query, "source like 'corpus/%'");
		assertThat(answer.get("hits")).anyMatch((hit) -> hit.get("source").asString().endsWith(expected));
		assertThat(answer.at("/report/plan").asString()).isNotEmpty();
	}

	@Test
	void searchByWordsAlonePutsThePassageWithThemFirst(LocalRdsCluster cluster) {
		index("corpus");
		cluster.awaitReplication();
		JsonNode hits = get("/api/search?limit=3&meaning=0&q={q}", "tryAcquire").get("hits");
		assertThat(hits.get(0).get("text").asString()).contains("tryAcquire");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					/api/search                 | q     |      | Parameter 'q' is missing: send a value of type String
					/api/search?q=%20           | q     | ' '  | Parameter 'q' is ' ': send words to search for
					/api/search?q=a&limit=0     | limit | 0    | Parameter 'limit' is '0': send a number from 1 to 50
					/api/search?q=a&limit=51    | limit | 51   | Parameter 'limit' is '51': send a number from 1 to 50
					/api/search?q=a&limit=many  | limit | many | Parameter 'limit' is 'many': send a value of type int
					/api/search?q=a&meaning=2   | meaning | 2.0  | Parameter 'meaning' is '2.0': send a number from 0, for words alone, to 1, for meaning alone
					/api/search?q=a&type=pdf    | type  | pdf  | Parameter 'type' is 'pdf': send one of markdown, text, html, java, note
					""")
	void searchWhenParameterIsInvalidNamesIt(String uri, String parameter, String value, String detail) {
		JsonNode problem = body(this.client.get()
			.uri(URI.create("http://localhost:" + this.port + uri))
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.returnResult(JsonNode.class));
		assertThat(problem.get("detail").asString()).isEqualTo(detail);
		assertThat(problem.get("parameter").asString()).isEqualTo(parameter);
		assertThat(problem.path("value").asString(null)).isEqualTo(value);
	}

	@Test
	void indexWhenDirectoryIsOutsideNamesIt() {
		JsonNode problem = post("/api/index", Map.of("directory", "../../etc"), HttpStatus.BAD_REQUEST);
		assertThat(problem.get("parameter").asString()).isEqualTo("directory");
		assertThat(problem.get("value").asString()).isEqualTo("../../etc");
	}

	@Test
	void documentWhenInvalidNamesParameter() {
		assertThat(post("/api/documents", Map.of("title", "a"), HttpStatus.BAD_REQUEST).get("detail").asString())
			.isEqualTo("Parameter 'text' is missing: send a text that is not blank");
		assertThat(post("/api/documents", Map.of("title", "a", "text", "b", "metadata", Map.of("source", "c")),
				HttpStatus.BAD_REQUEST)
			.get("detail")
			.asString()).isEqualTo("Parameter 'metadata' is 'source': rename this key, as the service uses it itself");
		assertThat(post("/api/documents", Map.of("title", "a\0", "text", "b"), HttpStatus.BAD_REQUEST).get("detail")
			.asString()).isEqualTo("Parameter 'title' is 'not Unicode text': leave out NUL and unpaired surrogates");
	}

	@Test
	void indexWhenNotJsonIsRefused() {
		this.client.post()
			.uri("/api/index")
			.contentType(MediaType.TEXT_PLAIN)
			.body("{}")
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.UNSUPPORTED_MEDIA_TYPE);
	}

	@Test
	void topologyShowsWriterAndReaders(LocalRdsCluster cluster) {
		JsonNode topology = get("/api/topology");
		assertThat(topology.valueStream().map((instance) -> instance.get("role").asString())).containsExactly("WRITER",
				"READER", "READER");
		assertThat(topology.valueStream().map((instance) -> instance.get("port").asInt()).collect(Collectors.toSet()))
			.isEqualTo(ports(cluster.instances()));
	}

	@Test
	void topologyShowsHowFarBehindReadersAre() {
		await().atMost(LIMIT)
			.until(() -> get("/api/topology").valueStream().allMatch((instance) -> instance.get("lag").isNumber()));
	}

	@Test
	void pageAllowsNoForeignScripts() {
		this.client.get()
			.uri("/")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.value("Content-Security-Policy", (policy) -> assertThat(policy).startsWith("default-src 'self'"));
	}

	private JsonNode index(String directory) {
		post("/api/index", Map.of("directory", directory), HttpStatus.ACCEPTED);
		JsonNode status = awaitJob();
		assertThat(status.get("state").asString()).as(status.toString()).isEqualTo("DONE");
		return status;
	}

	/**
	 * Starts a job that waits at its one file until the connection's transaction ends.
	 */
	private Connection holdJob(LocalRdsCluster cluster, String directory) throws Exception {
		Files.writeString(Files.createDirectories(root.resolve(directory)).resolve("held.md"),
				"The pangolin rolls up.");
		Connection connection = cluster.adminConnection(cluster.writer());
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement
				.execute("select pg_advisory_xact_lock(hashtextextended('source:%s/held.md', 0))".formatted(directory));
		}
		post("/api/index", Map.of("directory", directory), HttpStatus.ACCEPTED);
		return connection;
	}

	private JsonNode awaitJob() {
		return await().atMost(LIMIT)
			.until(() -> get("/api/index"),
					(status) -> Set.of("DONE", "FAILED").contains(status.get("state").asString()));
	}

	private JsonNode search(String query) {
		return get("/api/search?q={q}", query);
	}

	private List<String> sources(String query) {
		return search(query).get("hits").valueStream().map((hit) -> hit.get("source").asString()).toList();
	}

	private long passages(LocalRdsCluster cluster) {
		cluster.awaitReplication();
		return get("/api/stats").get("passages").asLong();
	}

	private boolean isReachable(LocalRdsInstance instance) {
		return get("/api/topology").valueStream()
			.filter((shown) -> shown.get("port").asInt() == instance.port())
			.anyMatch((shown) -> shown.get("reachable").asBoolean());
	}

	private static Set<Integer> ports(List<LocalRdsInstance> instances) {
		Set<Integer> ports = new HashSet<>();
		instances.forEach((instance) -> ports.add(instance.port()));
		return ports;
	}

	private JsonNode get(String uri, Object... variables) {
		return body(
				this.client.get().uri(uri, variables).exchange().expectStatus().isOk().returnResult(JsonNode.class));
	}

	private JsonNode post(String uri, Object body, HttpStatus expected) {
		return body(this.client.post()
			.uri(uri)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange()
			.expectStatus()
			.isEqualTo(expected)
			.returnResult(JsonNode.class));
	}

	private static JsonNode body(EntityExchangeResult<JsonNode> result) {
		JsonNode body = result.getResponseBody();
		assertThat(body).isNotNull();
		return body;
	}

}
