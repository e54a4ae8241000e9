package io.rdsboot.reference;

import java.net.URI;
import java.util.List;

import jakarta.servlet.http.HttpSession;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The shop's pages. Whoever has logged in is known by his HTTP session.
 */
@RestController
class ShopController {

	private final Shop shop;

	ShopController(Shop shop) {
		this.shop = shop;
	}

	@PostMapping("/login")
	String login(@RequestParam String name, HttpSession session) {
		session.setAttribute("name", name);
		return "Welcome, " + name;
	}

	@PostMapping("/purchases")
	ResponseEntity<Void> buy(@RequestParam int cents, HttpSession session) {
		long id = this.shop.buy(name(session), cents);
		return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create("/purchases/" + id)).build();
	}

	/**
	 * Shows a purchase. Its customer is loaded after the transaction, in the open
	 * session.
	 */
	@GetMapping("/purchases/{id}")
	ResponseEntity<String> purchase(@PathVariable long id) {
		return ResponseEntity.of(this.shop.purchase(id)
			.map((purchase) -> purchase.getCustomer().getName() + ": " + purchase.getCents()));
	}

	@GetMapping("/purchases")
	List<Integer> newest(HttpSession session) {
		return this.shop.newest(name(session)).stream().map(Purchase::getCents).toList();
	}

	@GetMapping("/turnover")
	long turnover(HttpSession session) {
		return this.shop.turnover(name(session));
	}

	private static String name(HttpSession session) {
		if (session.getAttribute("name") instanceof String name) {
			return name;
		}
		throw new IllegalStateException("The session " + session.getId() + " has lost who has logged in");
	}

}
