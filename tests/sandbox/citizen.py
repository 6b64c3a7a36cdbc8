"""What the hotline and the citizen do to an account, for the tests that need one in some state."""

import httpx

ONE_TIME = "Одноразовый-пароль-77"
OWN = "Собственный-пароль-88"


def set_one_time_password(
    http: httpx.Client, account_id: str, key: str, expires_at: str = "2099-01-01T00:00:00Z"
) -> httpx.Response:
    order = {"password": ONE_TIME, "expires_at": expires_at, "request_number": "12345674"}
    headers = {"Idempotency-Key": key}
    return http.put(f"/accounts/{account_id}/one-time-password", json=order, headers=headers)


def unlock(http: httpx.Client, account_id: str, key: str) -> httpx.Response:
    return _order(http, account_id, "unlock", key)


def secure(http: httpx.Client, account_id: str, key: str) -> httpx.Response:
    return _order(http, account_id, "secure", key)


def _order(http: httpx.Client, account_id: str, what: str, key: str) -> httpx.Response:
    order, headers = {"request_number": "12345674"}, {"Idempotency-Key": key}
    return http.post(f"/accounts/{account_id}/{what}", json=order, headers=headers)


def sign_in(http: httpx.Client, account_id: str, password: str) -> int:
    return http.post(f"/accounts/{account_id}/sign-in", json={"password": password}).status_code


def change_password(http: httpx.Client, account_id: str, old: str, new: str) -> int:
    change = {"old_password": old, "new_password": new}
    return http.post(f"/accounts/{account_id}/password", json=change).status_code


def two_factor(http: httpx.Client, account_id: str, password: str) -> int:
    return http.post(f"/accounts/{account_id}/two-factor", json={"password": password}).status_code
