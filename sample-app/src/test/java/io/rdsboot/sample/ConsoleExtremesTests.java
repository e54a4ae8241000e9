package io.rdsboot.sample;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.rdsboot.test.LocalRds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console with answers of endpoints that no local cluster gives: fifty instances,
 * long names, no writer, and much that is wrong. Skipped where there is no Chromium with
 * its driver.
 */
@LocalRds(readers = 2)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "rds.console.enabled=true",
				"management.endpoints.web.exposure.include=rds,vectorindexes,rdsconsole" })
@Timeout(120)
class ConsoleExtremesTests {

	/**
	 * Answers in place of the endpoints.
	 */
	private static final String ANSWERS = """
			const name = (i) => `orders-production-aurora-postgresql-cluster-instance-${i}`;
			const reader = (i) => ({ name: name(i), address: `${name(i)}.abcdefghijkl.eu-central-1.rds.amazonaws.com:5432`,
				zone: 'eu-central-1a', groups: i === 5 ? ['reports-of-the-finance-department', 'exports'] : [], role: 'READER',
				reachable: i !== 7, reader: i === 9 ? 'SUSPENDED' : i === 7 ? 'LEFT_OUT' : 'SERVES', lag: i === 11 ? 'PT1M12S' : 'PT0.012S', position: '0/1', server: null, redirectedTo: null,
				pool: { active: i === 3 ? 10 : 2, idle: i === 3 ? 0 : 3, maximumSize: 10, minimumIdle: 5, waiting: i === 3 ? 4 : 0,
					failure: i === 7 ? `Connection to ${name(7)} refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.` : null } });
			const rds = { writer: null, resting: false, instances: Array.from({ length: 50 }, (_, i) => reader(i)),
				decisions: [{ instance: name(1), role: 'READER', reason: 'READ', count: 1234567890, last: new Date().toISOString() }],
				credentials: { renewals: 14, failures: 3, age: 'PT14M10S', remaining: 'PT-12S' },
				events: [{ at: new Date().toISOString(), kind: 'WRITER_LOST', instance: name(49), former: null, took: null }] };
			const table = 'a_schema_with_a_long_name.a_table_whose_name_is_nearly_as_long_as_a_name_may_be_here';
			const vectorindexes = { tables: [{ name: table, indexes: [
				{ purpose: "embedding where tenant = 'acme' and language in ('de', 'en', 'fr')", state: 'BUILDING', name: `${table}_embedding_rds_0123456789`, detail: null, condition: null,
					progress: { phase: 'building index: loading tuples', done: 45, total: 100, running: 'PT3M20S', remaining: 'PT4M', waitsFor: null } },
				{ purpose: 'summary', state: 'FAILED', name: null, detail: 'ERROR: could not resize shared memory segment "/PostgreSQL.1234" to 8589934592 bytes: No space left on device', progress: null, condition: null },
				{ purpose: 'title', state: 'READY', name: `${table}_title_rds_0123456789`, detail: null, progress: null,
					condition: { bytes: 9663676416, bytesWhenNew: 3221225472, rows: 1200000, deadRows: 4500000, scans: 12345678, builtAt: '2026-01-01T00:00:00Z', rowsWhenBuilt: 1000000, defect: 'TOO_LARGE' } }],
				recall: [{ column: 'embedding', state: 'BELOW_TARGET', target: 0.95, measured: 0.912, lowerBound: 0.9, setting: 'hnsw.ef_search', value: 400, detail: null,
					curve: [40, 80, 160, 400].map((setting, i) => ({ setting, queries: 200, recall: 0.7 + i * 0.07, lower: 0.68 + i * 0.07, upper: 0.72 + i * 0.07, lowerBound: 0.69 + i * 0.07, p50: 'PT0.0012S', p99: 'PT0.0051S' })) }] }] };
			window.fetch = async (url) => new Response(JSON.stringify(String(url).endsWith('vectorindexes') ? vectorindexes : rds));
			""";

	@TempDir
	private Path profile;

	@LocalServerPort
	private int port;

	private ChromeDriver browser;

	private ConsolePage page;

	@BeforeEach
	void open() {
		this.browser = Chromium.start(this.profile);
		this.browser.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", ANSWERS));
		this.page = new ConsolePage(this.browser, this.port);
		this.page.open();
		this.page.await((driver) -> this.page.texts("#instances tr").size() == 50);
	}

	@AfterEach
	void close() {
		if (this.browser != null) {
			this.browser.quit();
		}
	}

	@Test
	void whatIsWrongStandsFirstWithWhatActsBeforeWhatOneLooksAt() {
		List<String> problems = this.page.texts("#problems li");
		assertThat(problems.get(0))
			.isEqualTo("Act\nNo writer is known: transactions that may write wait, and fail in the end");
		assertThat(problems).anyMatch((text) -> text.endsWith("instance-3 has no free connection: 4 threads wait"))
			.anyMatch((text) -> text.contains("Credentials are expired, and were not renewed"))
			.anyMatch((text) -> text.contains("Look\n") && text.endsWith("instance-7 (reader) does not answer"))
			.anyMatch((text) -> text.endsWith("instance-11 lags by 1 min 12 s"))
			.anyMatch((text) -> text.endsWith("for summary could not be built: searches do without it"))
			.anyMatch((text) -> text.endsWith("is 0.912, below 0.950"));
		List<String> levels = problems.stream().map((text) -> text.split("\n")[0]).toList();
		assertThat(levels).isSorted();
		assertThat(this.page.find("#calm").getText()).isEqualTo("Nothing is known of: diagnostics.");
		assertThat(this.browser.getTitle()).isEqualTo("(4) RDS console localhost:" + this.port);
		assertThat(this.page.find("#instances tr").getText()).contains("instance-3");
		assertThat(this.page.find("#summary").getText()).isEqualTo("No writer, 48 of 50 readers serve");
	}

	@Test
	void endpointThatIsNotExposedIsNamedWithItsProperty() {
		assertThat(this.page.find("#diagnostics .notice").getText()).isEqualTo(
				"The endpoint rdsdiagnostics is not exposed. To see it here: management.endpoints.web.exposure.include: …, rdsdiagnostics");
		assertThat(this.browser.findElements(By.cssSelector("#diagnostics button"))).isEmpty();
	}

	@Test
	void nothingCanBeClickedThatEndpointsDoNotAllow() {
		assertThat(this.browser.findElements(By.cssSelector("button")).stream().filter(WebElement::isDisplayed))
			.isEmpty();
	}

	@Test
	void progressOfABuildIsABarWithItsValue() {
		assertThat(this.page.find("progress").getDomProperty("value")).isEqualTo("0.45");
		assertThat(this.page.find(".phase").getText())
			.isEqualTo("Building index: loading tuples, 45 %, for 3 min 20 s, about 4 min left in this phase");
		assertThat(this.page.find("li[data-key='title'] .advice").getText())
			.isEqualTo("It should be built anew: it has 9.0 GB, and would have about 3.0 GB.");
	}

	@Test
	void pageFitsANarrowScreenAndIsReadableInLightAndDark() {
		for (int width : new int[] { 320, 360, 1280 }) {
			Chromium.narrow(this.browser, width);
			for (boolean dark : new boolean[] { false, true }) {
				this.page.dark(dark);
				this.page.assertFits(width);
				this.page.assertReadable();
			}
		}
	}

}
