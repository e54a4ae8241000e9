package io.rdsboot.sample;

import java.util.List;
import java.util.Map;

import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console in a browser.
 */
record ConsolePage(ChromeDriver browser, int port) {

	/**
	 * Texts whose contrast to what is behind them is less than WCAG 2.2 wants at level
	 * AA, 1.4.3: 4.5 to 1.
	 */
	private static final String FAINT_TEXTS = """
			const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
			const rgba = (color) => {
				canvas.clearRect(0, 0, 1, 1);
				canvas.fillStyle = color;
				canvas.fillRect(0, 0, 1, 1);
				return canvas.getImageData(0, 0, 1, 1).data;
			};
			const luminance = (color) => {
				const [r, g, b] = [...rgba(color)].map((value) => value / 255)
					.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
				return 0.2126 * r + 0.7152 * g + 0.0722 * b;
			};
			const ground = (node) => {
				for (let each = node; each; each = each.parentElement) {
					const color = getComputedStyle(each).backgroundColor;
					if (rgba(color)[3] === 255) {
						return color;
					}
				}
				return 'white';
			};
			return [...document.querySelectorAll('body *')]
				.filter((node) => node.checkVisibility() && !node.closest('svg, .hidden, .skip')
					&& [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()))
				.map((node) => {
					const [a, b] = [luminance(getComputedStyle(node).color), luminance(ground(node))];
					return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.className + ': ' + node.textContent];
				})
				.filter(([contrast]) => contrast < 4.5).map(([contrast, text]) => contrast.toFixed(2) + ' ' + text);
			""";

	void open() {
		this.browser.get("http://localhost:" + this.port + "/actuator/rdsconsole");
	}

	void await(ExpectedCondition<Boolean> condition) {
		new WebDriverWait(this.browser, Chromium.LIMIT).ignoring(StaleElementReferenceException.class)
			.withMessage(() -> "the page to change, which shows " + texts("body"))
			.until(condition);
	}

	void awaitText(String selector, String part) {
		await((driver) -> texts(selector).stream().anyMatch((text) -> text.contains(part)));
	}

	void awaitNoText(String selector, String part) {
		await((driver) -> texts(selector).stream().noneMatch((text) -> text.contains(part)));
	}

	List<String> texts(String selector) {
		return this.browser.findElements(By.cssSelector(selector)).stream().map(WebElement::getText).toList();
	}

	WebElement find(String selector) {
		return this.browser.findElement(By.cssSelector(selector));
	}

	/**
	 * Row of the instance at a port of this machine.
	 */
	WebElement row(int instancePort) {
		return find("#instances tr[data-key='127.0.0.1:" + instancePort + "']");
	}

	WebElement button(WebElement within, String label) {
		return within.findElement(By.xpath(".//button[starts-with(normalize-space(.), '" + label + "')]"));
	}

	void assertFits(int width) {
		assertThat(this.browser.executeScript("return document.documentElement.scrollWidth"))
			.isEqualTo(Long.valueOf(width));
	}

	void assertReadable() {
		assertThat((List<?>) this.browser.executeScript(FAINT_TEXTS)).isEmpty();
	}

	void dark(boolean dark) {
		this.browser.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
	}

	/**
	 * Nothing was loaded from elsewhere, and nothing was refused or has failed.
	 */
	void assertQuiet() {
		assertThat((List<?>) this.browser.executeScript("""
				return performance.getEntriesByType('resource').map((each) => each.name)
					.filter((name) => !name.startsWith(location.origin + '/actuator/'));""")).isEmpty();
		assertThat(this.browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
	}

}
