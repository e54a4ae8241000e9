package io.rdsboot.sample;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import javax.sql.DataSource;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.index.VectorIndexManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console of the sample in its local mode, in a browser. Skipped where there is no
 * Chromium with its driver.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.index.at-start=false", "rds.pool.minimum-idle=1" })
@ActiveProfiles("development")
@Import(TestSampleApplication.LocalCluster.class)
@DirtiesContext
@Timeout(240)
class ConsoleTests {

	@TempDir
	private Path profile;

	@LocalServerPort
	private int port;

	@Autowired
	private LocalRdsCluster cluster;

	@Autowired
	private DataSource dataSource;

	@Autowired
	private VectorRepository<UUID> documents;

	@Autowired
	private VectorIndexManager indexes;

	private ChromeDriver browser;

	private ConsolePage page;

	@BeforeEach
	void open() {
		this.browser = Chromium.start(this.profile);
		this.page = new ConsolePage(this.browser, this.port);
		this.page.open();
		this.page
			.await((driver) -> this.page.texts("#instances .badge").size() == 3 && this.page.texts("#instances .badge")
				.stream()
				.allMatch((state) -> state.equals("Serves") || state.equals("Takes writes")));
	}

	@AfterEach
	void close() {
		if (this.browser != null) {
			this.browser.quit();
		}
	}

	@Test
	void failoverIsShownAsItHappens() {
		this.browser.executeScript("window.unchanged = true");
		LocalRdsInstance before = this.cluster.writer();
		assertThat(this.page.find("#summary").getText())
			.isEqualTo("Writer 127.0.0.1:%d, 2 of 2 readers serve".formatted(before.port()));
		LocalRdsInstance after = this.cluster.failover();
		this.page.awaitText("#events li",
				"127.0.0.1:%d is the writer now, 127.0.0.1:%d was".formatted(after.port(), before.port()));
		this.page.await((driver) -> this.page.row(after.port()).getText().contains("Takes writes"));
		this.page.awaitText("#summary", "Writer 127.0.0.1:" + after.port());
		this.page.await((driver) -> this.page.row(before.port()).getText().contains("Reader"));
		assertThat(this.browser.executeScript("return window.unchanged")).isEqualTo(true);
		assertThat(this.page.find("#events time").getDomAttribute("title")).isNotBlank();
		this.page.assertQuiet();
	}

	@Test
	void serverThatIsLostStandsFirst() {
		LocalRdsInstance reader = this.cluster.readers().get(0);
		this.cluster.crash(reader);
		try {
			this.page.awaitText("#problems li", "127.0.0.1:%d (reader) does not answer".formatted(reader.port()));
			assertThat(this.page.find("#instances tr").getText()).contains("Does not answer");
			assertThat(this.page.find("#instances tr").getDomAttribute("data-key"))
				.isEqualTo("127.0.0.1:" + reader.port());
		}
		finally {
			this.cluster.restart(reader);
		}
		this.page.awaitText("#events li", "127.0.0.1:%d answers again".formatted(reader.port()));
		this.page.await((driver) -> !this.page.find("#problems").getText().contains("does not answer"));
	}

	@Test
	void readerIsSuspendedAndResumedByKeyboardOnceItIsMeant() {
		int reader = this.cluster.readers().get(0).port();
		WebElement suspend = this.page.button(this.page.row(reader), "Suspend");
		tabTo(suspend);
		assertThat(this.browser.executeScript("return getComputedStyle(document.activeElement).outlineStyle"))
			.isEqualTo("solid");
		press(Keys.ENTER);
		assertThat(this.page.find("#confirm").isDisplayed()).isTrue();
		assertThat(this.page.find("#confirm").getText()).contains("Suspend 127.0.0.1:" + reader,
				"routes no reads to it until it is resumed");
		press(Keys.ESCAPE);
		assertThat(this.page.find("#confirm").isDisplayed()).isFalse();
		assertThat(active()).isEqualTo(suspend);
		press(Keys.ENTER);
		press(Keys.TAB);
		assertThat(active().getText()).isEqualTo("Suspend");
		press(Keys.ENTER);
		this.page.await((driver) -> this.page.row(reader).getText().contains("Suspended"));
		this.page.awaitText("#said", "is suspended");
		this.page.awaitText("#events li", "127.0.0.1:%d was suspended by an operator".formatted(reader));
		this.page.awaitText("#problems li", "is suspended: no reads are routed to it");
		this.page.button(this.page.row(reader), "Resume").click();
		this.page.find("#confirm-yes").click();
		this.page.await((driver) -> this.page.row(reader).getText().contains("Serves"));
	}

	@Test
	void buildShowsItsProgressAndIsCanceled() throws Exception {
		load();
		index();
		try (Connection writer = this.dataSource.getConnection(); Statement statement = writer.createStatement()) {
			writer.setAutoCommit(false);
			statement.execute(
					"UPDATE documents SET content = content WHERE id = (SELECT min(id::text)::uuid FROM documents)");
			this.page.button(embedding(), "Rebuild").click();
			assertThat(this.page.find("#confirm").getText()).contains("The present one serves until then");
			this.page.find("#confirm-yes").click();
			this.page.await((driver) -> embedding().getText().contains("Waiting for writers before build"));
			assertThat(embedding().findElement(By.tagName("progress")).isDisplayed()).isTrue();
			assertThat(embedding().getText()).contains("Ready, is being built anew", "waits for session");
			this.page.awaitText("#problems li", "for embedding waits for session");
			this.page.button(embedding(), "Cancel the build").click();
			this.page.find("#confirm-yes").click();
			this.page.await((driver) -> embedding().getText().contains("an operator has canceled its rebuild"));
			writer.rollback();
		}
		this.page.await((driver) -> !embedding().findElement(By.tagName("progress")).isDisplayed());
		this.page.button(embedding(), "Rebuild").click();
		this.page.find("#confirm-yes").click();
		this.page.await((driver) -> !embedding().getText().contains("canceled"));
		this.page.assertQuiet();
	}

	@Test
	void recallIsPlottedAgainstItsSetting() throws Exception {
		load();
		this.page.button(this.page.find("#vector-operations"), "Measure recall").click();
		this.page.find("#confirm-yes").click();
		this.page.await((driver) -> driver.findElements(By.cssSelector(".plot circle")).size() > 2);
		this.page.awaitText(".recalls figure", "Reaches the target");
		assertThat(this.page.find(".recalls figure").getText()).contains("hnsw.ef_search", "of the nearest rows");
		assertThat(this.browser.findElements(By.cssSelector(".plot .chosen circle"))).hasSize(1);
		this.page.find(".plot summary").click();
		assertThat(this.page.texts(".plot tbody tr")).hasSizeGreaterThan(2).allMatch((row) -> row.contains("ms"));
	}

	@Test
	void diagnosisIsShownWithStatementsAndWhatTablesAreCalledIsNoMarkup() throws Exception {
		String hostile = "<img src=x onerror=document.title=1>";
		execute("CREATE TABLE \"%s\" (id int); CREATE INDEX first ON \"%1$s\" (id); CREATE INDEX second ON \"%1$s\" (id)"
			.formatted(hostile));
		try {
			this.page.find("#diagnose").click();
			this.page.await((driver) -> this.page.texts("#section-indexes .findings li")
				.stream()
				.anyMatch((text) -> text.contains(hostile)));
			assertThat(this.browser.findElements(By.cssSelector("main img"))).isEmpty();
			assertThat(this.browser.getTitle()).endsWith("RDS console localhost:" + this.port);
			WebElement finding = this.page.find("#section-indexes .findings li");
			assertThat(finding.getText()).contains("Look", "DROP INDEX CONCURRENTLY");
			finding.findElement(By.cssSelector("button.copy")).click();
			this.page.awaitText("#said", "The statement");
			this.page.assertReadable();
		}
		finally {
			execute("DROP TABLE \"%s\"".formatted(hostile));
		}
		this.page.assertQuiet();
	}

	@Test
	void pageFitsANarrowScreenAndIsReadableInTheDark() throws Exception {
		load();
		index();
		this.page.awaitText("#diagnosis", "At ");
		this.browser.executeScript("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
		Chromium.narrow(this.browser, 360);
		this.page.assertFits(360);
		for (boolean dark : new boolean[] { false, true }) {
			this.page.dark(dark);
			this.page.assertReadable();
		}
		assertThat(this.browser.executeScript("return getComputedStyle(document.body).backgroundColor"))
			.isEqualTo("rgb(15, 20, 27)");
	}

	@Test
	void stateStaysWhileTheServiceDoesNotAnswer() {
		this.browser.executeCdpCommand("Network.enable", Map.of());
		offline(true);
		this.page.awaitText("#trouble", "Cluster: the service cannot be reached. What is shown was true at");
		this.page.awaitText("#fresh-text", "No answer; trying again in");
		assertThat(this.page.texts("#instances tr")).hasSize(3);
		offline(false);
		this.page.await((driver) -> !this.page.find("#trouble").isDisplayed());
		this.page.awaitText("#fresh-text", "Updated");
	}

	@Test
	void localModeHasButtonsThatBreakTheCluster() {
		this.browser.get("http://localhost:" + this.port + "/");
		this.page.await((driver) -> this.page.texts("#links a").contains("Break something"));
		this.page.find("#links a[href='local.html']").click();
		this.page.await((driver) -> this.page.texts("#servers li").size() == 3);
		LocalRdsInstance reader = this.cluster.readers().get(0);
		WebElement freeze = this.page.find("#servers [data-name='%s'] [data-action='freeze']".formatted(reader.name()));
		freeze.click();
		this.page.awaitText("#done", "Freeze: %s, done".formatted(reader.name()));
		this.page.open();
		this.page.awaitText("#problems li", "127.0.0.1:%d (reader) does not answer".formatted(reader.port()));
		this.browser.navigate().back();
		this.page.await((driver) -> this.page.texts("#servers [data-action='thaw']").size() == 1);
		this.page.find("#servers [data-action='thaw']").click();
		this.page.awaitText("#done", "Unfreeze: %s, done".formatted(reader.name()));
		assertThat(reader.state()).isEqualTo(LocalRdsInstance.State.RUNNING);
	}

	private void offline(boolean offline) {
		this.browser.executeCdpCommand("Network.emulateNetworkConditions",
				Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
	}

	private void tabTo(WebElement target) {
		for (int i = 0; i < 100 && !active().equals(target); i++) {
			press(Keys.TAB);
		}
		assertThat(active()).isEqualTo(target);
	}

	private void press(Keys key) {
		active().sendKeys(key);
	}

	private WebElement active() {
		return this.browser.switchTo().activeElement();
	}

	private WebElement index() {
		this.page.await((driver) -> this.page.texts(".indexes > li")
			.stream()
			.anyMatch((text) -> text.startsWith("embedding\nReady")));
		return embedding();
	}

	/**
	 * Looks for the index anew, because the page may have drawn another element for it.
	 */
	private WebElement embedding() {
		return this.page.find(".indexes > li[data-key='embedding']");
	}

	/**
	 * Enough rows for an index, and for its recall to be measured.
	 */
	private void load() throws Exception {
		Random random = new Random(7);
		List<VectorRecord<UUID>> records = new ArrayList<>();
		for (int i = 0; i < 1500; i++) {
			float[] vector = new float[384];
			for (int j = 0; j < vector.length; j++) {
				vector[j] = random.nextFloat() - 0.5F;
			}
			records.add(new VectorRecord<>(new UUID(7, i), vector, "passage " + i));
		}
		this.documents.upsert(records);
		this.indexes.lookNow();
		this.indexes.awaitReady(Chromium.LIMIT);
	}

	private void execute(String sql) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
