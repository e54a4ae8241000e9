package io.rdsboot.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.Rectangle;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page in a browser. Skipped where there is no Chromium with its driver.
 */
@LocalRds(readers = 2)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class SearchPageTests {

	@TempDir
	private static Path root;

	@TempDir
	private Path profile;

	@LocalServerPort
	private int port;

	private ChromeDriver browser;

	@DynamicPropertySource
	static void indexDirectory(DynamicPropertyRegistry registry) {
		registry.add("sample.index.directory", () -> root);
	}

	@BeforeAll
	static void copyFiles() throws Exception {
		FileSystemUtils.copyRecursively(Path.of("src/test/resources/corpus"), root);
		Files.writeString(root.resolve("hostile.txt"), "A hostile passage "
				+ "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script> ends.");
	}

	@BeforeEach
	void open() {
		this.browser = Chromium.start(this.profile);
		this.browser.get("http://localhost:" + this.port + "/");
	}

	@AfterEach
	void close() {
		if (this.browser != null) {
			this.browser.quit();
		}
	}

	@Test
	void pageIndexesSearchesAndShowsWhoAnswered(LocalRdsCluster cluster) {
		await((browser) -> browser.findElements(By.cssSelector("#instances .instance")).size() == 3);
		index(cluster);

		WebElement query = this.browser.findElement(By.id("query"));
		Set<String> readers = cluster.readers()
			.stream()
			.map((reader) -> "127.0.0.1:" + reader.port())
			.collect(Collectors.toSet());
		Set<String> answered = new HashSet<>();
		Iterator<String> texts = Stream.generate(() -> List.of("rate limiter", "token bucket", "fencing", "wraparound"))
			.limit(5)
			.flatMap(List::stream)
			.iterator();
		while (texts.hasNext() && !answered.equals(readers)) {
			search(query, texts.next());
			answered.add(this.browser.findElement(By.cssSelector("#answer .port")).getText());
			assertThat(this.browser.findElement(By.cssSelector("#answer .badge")).getText()).startsWith("Reader ");
			assertThat(this.browser.findElement(By.cssSelector("#answer .reason")).getText())
				.isEqualTo("because it only reads.");
		}
		assertThat(answered).isEqualTo(readers);
		assertThat(this.browser.findElements(By.cssSelector("#history li"))).hasSizeGreaterThanOrEqualTo(2);

		search(query, "hostile passage");
		assertThat(this.browser.findElement(By.cssSelector("#hits .hit .text")).getText())
			.contains("<script>document.title='broken'</script>");
		assertThat(this.browser.findElements(By.cssSelector("#hits img, #hits script"))).isEmpty();
		assertThat(this.browser.getTitle()).isEqualTo("Passage search");

		query.sendKeys(Keys.ARROW_DOWN);
		assertThat(active().getDomAttribute("class")).isEqualTo("hit");
		assertThat(this.browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
	}

	@Test
	void arrowsAndEscapeWorkOnTheButtonWithinAResult(LocalRdsCluster cluster) {
		index(cluster);
		WebElement query = this.browser.findElement(By.id("query"));
		search(query, "wraparound");
		WebElement button = this.browser.findElement(By.cssSelector("#hits .more"));
		List<WebElement> hits = this.browser.findElements(By.cssSelector("#hits .hit"));
		int position = hits.indexOf(button.findElement(By.xpath("..")));
		button.sendKeys(Keys.ARROW_DOWN);
		assertThat(active()).isEqualTo(hits.get(Math.min(position + 1, hits.size() - 1)));
		button.sendKeys(Keys.ARROW_UP);
		assertThat(active()).isEqualTo((position > 0) ? hits.get(position - 1) : query);
		button.sendKeys(Keys.ESCAPE);
		assertThat(active()).isEqualTo(query);
	}

	@Test
	void resultsWithoutAWordOfTheQueryAreCalledFar(LocalRdsCluster cluster) {
		index(cluster);
		WebElement query = this.browser.findElement(By.id("query"));
		search(query, "wraparound");
		assertThat(this.browser.findElement(By.id("far")).isDisplayed()).isFalse();
		query.clear();
		query.sendKeys("blorptastic fnord", Keys.ENTER);
		await((browser) -> browser.findElement(By.id("far")).isDisplayed());
		assertThat(this.browser.findElements(By.cssSelector("#hits .hit"))).isNotEmpty();
	}

	@Test
	void sliderSaysHowMuchMeaningCounts(LocalRdsCluster cluster) {
		index(cluster);
		search(this.browser.findElement(By.id("query")), "wraparound");
		WebElement meaning = this.browser.findElement(By.id("meaning"));
		assertThat(meaning.getDomAttribute("aria-valuetext")).isEqualTo("words and meaning alike");
		meaning.sendKeys(Keys.END);
		await((browser) -> !busy()
				&& Objects.requireNonNull(browser.getCurrentUrl()).endsWith("q=wraparound&meaning=1"));
		assertThat(meaning.getDomAttribute("aria-valuetext")).isEqualTo("meaning alone");
		assertThat(this.browser.findElement(By.cssSelector("#answer .plan")).getText()).startsWith("Plan: ");
	}

	@Test
	void pageFitsANarrowScreen(LocalRdsCluster cluster) {
		index(cluster);
		Chromium.narrow(this.browser, 320);
		search(this.browser.findElement(By.id("query")), "token bucket");
		assertThat(this.browser.executeScript("return document.documentElement.scrollWidth")).isEqualTo(320L);
		Rectangle button = this.browser.findElement(By.cssSelector("#search button")).getRect();
		assertThat(button.getX() + button.getWidth()).isLessThanOrEqualTo(320);
	}

	private WebElement active() {
		return this.browser.switchTo().activeElement();
	}

	/**
	 * Has the page index the directory, unless another test has.
	 */
	private void index(LocalRdsCluster cluster) {
		WebElement state = this.browser.findElement(By.id("index-state"));
		await((browser) -> !state.getText().startsWith("Loading"));
		if (!state.getText().startsWith("Done in")) {
			this.browser.findElement(By.id("index-start")).click();
			await((browser) -> state.getText().startsWith("Done in"));
		}
		cluster.awaitReplication();
	}

	private void search(WebElement query, String text) {
		query.clear();
		query.sendKeys(text, Keys.ENTER);
		await((browser) -> !busy() && highlighted(text));
	}

	private boolean busy() {
		return this.browser.findElement(By.id("results")).getDomAttribute("aria-busy") != null;
	}

	private boolean highlighted(String text) {
		String word = text.split(" ")[0];
		return this.browser.findElements(By.cssSelector("#hits mark"))
			.stream()
			.anyMatch((mark) -> word.equalsIgnoreCase(mark.getDomProperty("textContent")));
	}

	private void await(ExpectedCondition<Boolean> condition) {
		new WebDriverWait(this.browser, Chromium.LIMIT).until(condition);
	}

}
