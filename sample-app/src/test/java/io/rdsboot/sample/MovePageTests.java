package io.rdsboot.sample;

import java.nio.file.Path;
import java.util.Objects;

import io.rdsboot.sample.move.LocalMove;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of a move in the local mode, in a browser: one move, step by step. Skipped
 * where there is no Chromium with its driver.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.index.at-start=false", "rds.pool.minimum-idle=1" })
@ActiveProfiles({ "move", "development" })
@Import({ TestSampleApplication.LocalCluster.class, LocalMove.class })
@DirtiesContext
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MovePageTests {

	@TempDir
	private Path profile;

	@LocalServerPort
	private int port;

	@Autowired
	private LocalRdsMove move;

	private ChromeDriver browser;

	private ConsolePage page;

	@BeforeEach
	void open() {
		this.browser = Chromium.start(this.profile);
		this.page = new ConsolePage(this.browser, this.port);
		this.browser.get("http://localhost:" + this.port + "/move.html");
		this.page.await((driver) -> this.page.texts("#sides .badge").size() == 2);
	}

	@AfterEach
	void close() {
		if (this.browser != null) {
			this.browser.quit();
		}
	}

	@Test
	@Order(1)
	void linkOfTheFirstPageLeadsToTheMoveWhichHasNotBegun() {
		this.browser.get("http://localhost:" + this.port + "/");
		this.page.await((driver) -> this.page.texts("#links a").contains("Move"));
		this.page.find("#links a[href='move.html']").click();
		this.page.awaitText("#stage", "The move has not begun.");
		this.page.awaitText("#sides [data-side='source']", "Written to");
		this.page.awaitText("#sides [data-side='source'] .address", "localhost:" + this.move.source().address().port());
		assertThat(this.page.find("#sides [data-side='target']").getText()).contains("Not in use");
		this.page.awaitText("#writes", "Writes that failed\n0");
		assertSearchesAreAnsweredBy(this.move.source());
		assertQuiet();
	}

	@Test
	@Order(2)
	void stepThatIsNotDueIsRefusedWithItsReasonByKeyboard() {
		WebElement cutover = button("cutover", "Switch to the target");
		cutover.sendKeys(Keys.ENTER);
		this.page.awaitText("#failed", "Step 'cutover' is not taken in stage NOT_BEGUN, but in [SOURCE_WRITES]");
		this.page.await((driver) -> driver.switchTo().activeElement().equals(cutover));
		assertThat(this.browser.executeScript("return getComputedStyle(document.activeElement).outlineStyle"))
			.isEqualTo("solid");
		take("assess", "Assess");
		assertThat(this.page.find("#failed").isDisplayed()).isFalse();
	}

	@Test
	@Order(3)
	void databaseMovesToTheTargetAndBackWithoutAWriteThatFails() {
		take("assess", "Assess");
		this.page.awaitText("[data-step='assess'] .state", "Nothing stands in the way: 4 tables");
		this.page.awaitText("[data-step='assess'] li", "warns: max_slot_wal_keep_size is -1");
		awaitIndexes();
		take("schema", "Bring the schema");
		this.page.awaitText("[data-step='schema'] .state", "Both sides have the same schema.");
		take("copy", "Copy");
		this.page.awaitText("[data-step='copy'] .state", "3 of 3 tables copied");
		this.page.awaitText("[data-step='follow'] .state", "The target follows: ");
		this.page.await((driver) -> this.page.find("#sides [data-side='target'] .behind")
			.getText()
			.matches("\\S+ \\S+ behind, .+ m?s"));
		take("verify", "Verify");
		this.page.awaitText("[data-step='verify'] .state", "0 differences in ");
		plant("INSERT INTO source (name, type, title, passages, fingerprint) VALUES ('planted', 'x', 'x', 0, 'x')");
		take("verify", "Verify");
		this.page.awaitText("[data-step='verify'] .state", "1 difference in ");
		this.page.awaitText("[data-step='verify'] li", "public.source (planted) only on target");
		plant("DELETE FROM source WHERE name = 'planted'");
		take("shadow", "All reads");
		this.page.awaitText("[data-step='shadow'] .state", "Both sides are asked the reads of 100 %");
		take("read", "50 %");
		this.page.awaitText("#sides [data-side='target']", "50 % of reads");
		// Not before the indexes are built.
		this.page.awaitText("[data-step='cutover'] .state", "Can be taken now.");
		take("cutover", "Switch to the target");
		this.page.awaitText("#pause", "Writes were held for ");
		this.page.awaitText("#pause", "and go to the target now: drain ");
		this.page.awaitText("#sides [data-side='target'] .badge", "Written to");
		this.page.awaitText("[data-step='follow'] .state", "The source follows: ");
		awaitAWriteTo(this.move.target());
		assertSearchesAreAnsweredBy(this.move.target());
		take("back", "Switch back");
		this.page.awaitText("#pause", "and go to the source now");
		this.page.awaitText("#sides [data-side='source'] .badge", "Written to");
		awaitAWriteTo(this.move.source());
		assertThat(this.page.find("#writes").getText()).contains("Writes that failed\n0");
		assertQuiet();
	}

	@Test
	@Order(4)
	void pageFitsANarrowScreenAndIsReadableInTheDark() {
		take("assess", "Assess");
		take("verify", "Verify");
		this.page.awaitText("[data-step='verify'] .state", "0 differences in ");
		Chromium.narrow(this.browser, 320);
		this.page.assertFits(320);
		for (boolean dark : new boolean[] { false, true }) {
			this.page.dark(dark);
			this.page.assertReadable();
		}
	}

	@Test
	@Order(5)
	void moveEndsWithTheTarget() {
		this.page.awaitText("[data-step='cutover'] .state", "Can be taken now.");
		take("cutover", "Switch to the target");
		take("finish", "Finish");
		this.page.awaitText("#stage", "The move is over.");
		awaitAWriteTo(this.move.target());
		assertThat(this.page.find("#writes").getText()).contains("Writes that failed\n0");
	}

	private void take(String step, String label) {
		button(step, label).click();
		this.page.await((driver) -> this.page.find("#failed").isDisplayed()
				|| this.page.find("#done").getText().endsWith(label + ": done"));
		assertThat(this.page.find("#failed").getText()).isEmpty();
	}

	private WebElement button(String step, String label) {
		return this.page.button(this.page.find("[data-step='%s']".formatted(step)), label);
	}

	/**
	 * Write to the target what the source does not have.
	 */
	private void plant(String sql) {
		new JdbcTemplate(this.move.target().moverDataSource())
			.execute("SET session_replication_role = replica; " + sql);
	}

	/**
	 * Those that the service makes once it runs.
	 */
	private void awaitIndexes() {
		JdbcTemplate inSource = new JdbcTemplate(this.move.source().applicationDataSource());
		this.page.await((driver) -> inSource.queryForList("""
				SELECT FROM pg_index WHERE indrelid = 'documents'::regclass AND indisvalid
				AND indexrelid::regclass::text ~ '_(source|type|number)_rds_'""").size() == 3);
	}

	private void awaitAWriteTo(LocalRdsMoveDatabase database) {
		long before = rows(database);
		this.page.await((driver) -> rows(database) > before);
	}

	private static long rows(LocalRdsMoveDatabase database) {
		return Objects.requireNonNull(new JdbcTemplate(database.applicationDataSource())
			.queryForObject("SELECT count(*) FROM steady_write", Long.class));
	}

	private void assertSearchesAreAnsweredBy(LocalRdsMoveDatabase database) {
		RestTestClient.bindToServer()
			.baseUrl("http://localhost:" + this.port)
			.build()
			.get()
			.uri("/api/search?q=writer")
			.exchange()
			.expectBody()
			.jsonPath("$.server.port")
			.isEqualTo(database.cluster().writer().port());
	}

	private void assertQuiet() {
		assertThat(this.browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
	}

}
