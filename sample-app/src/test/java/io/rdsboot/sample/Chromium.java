package io.rdsboot.sample;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Headless browser that is installed on this machine.
 */
final class Chromium {

	static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Optional<Path> chromium = onPath("chromium", "chromium-browser", "google-chrome");

	private static final Optional<Path> driver = onPath("chromedriver");

	private Chromium() {
	}

	/**
	 * Start it, or skip the test where it is not installed. Not to be called once for a
	 * class: a class that is skipped counts no test as skipped.
	 * @param profile an empty directory
	 */
	static ChromeDriver start(Path profile) {
		assumeTrue(chromium.isPresent() && driver.isPresent(),
				"No 'chromium' and 'chromedriver' on the PATH (Debian: apt-get install chromium chromium-driver)");
		ChromeDriverService service = new ChromeDriverService.Builder()
			.usingDriverExecutable(driver.orElseThrow().toFile())
			.usingAnyFreePort()
			.build();
		ChromeOptions options = new ChromeOptions();
		options.setBinary(chromium.orElseThrow().toFile());
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--window-size=1280,900", "--user-data-dir=" + profile);
		ChromeDriver browser = new ChromeDriver(service, options);
		browser.manage().timeouts().pageLoadTimeout(LIMIT);
		return browser;
	}

	/**
	 * Make the screen as narrow as that of a telephone.
	 */
	static void narrow(ChromeDriver browser, int width) {
		browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", 640, "deviceScaleFactor", 1, "mobile", true));
	}

	private static Optional<Path> onPath(String... names) {
		String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
		return Stream.of(names)
			.flatMap((name) -> Arrays.stream(path.split(File.pathSeparator)).map((entry) -> Path.of(entry, name)))
			.filter(Files::isExecutable)
			.findFirst();
	}

}
