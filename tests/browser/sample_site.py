"""A small site for testing the shell: a list with side panel, a form, inline edit, a reveal, an ended session.

Its state is one dictionary, reset by the fixture; ``signed_out`` makes every request that of an ended session.
"""

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import include, path, reverse

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform.http import to_sign_in
from keyuan.platform.toasts import toast

CLERK = Actor(ActorKind.STAFF, 1, "林晓岚", staff_no="10482", unit_name="浦东三部", post_label="客户经理")
NAMES = ("周国栋", "马文博", "许嘉宁", "唐秀英", "欧阳慧敏")
START = {"signed_out": False, "saved": [], "undone": 0, "job": "工程监理", "version": 1, "reasons": [], "broken": False}
state = {}


def reset():
    """Begin again."""
    state.clear()
    state.update({key: list(value) if isinstance(value, list) else value for key, value in START.items()})


class SampleActor:
    """Signs everybody in as the clerk, or nobody once the session has ended."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None if state["signed_out"] else CLERK
        if state["signed_out"] and not request.path.startswith("/static/"):
            return to_sign_in(request)
        return self.get_response(request)


class PersonForm(forms.Form):
    """Two sections; the identity number is sealed and always wrong unless it ends in X."""

    sections = (("who", "个人", ("name", "number")), ("more", "备注", ("note",)))
    name = forms.CharField(label="姓名")
    number = forms.CharField(label="证件号", widget=forms.TextInput(attrs={"data-sealed": ""}))
    note = forms.CharField(label="备注", required=False)

    def clean_number(self):
        """Refuse what does not end in X."""
        if not self.cleaned_data["number"].endswith("X"):
            raise forms.ValidationError("证件号末位不符，请核对后重新输入")
        return self.cleaned_data["number"]


def listing(request):
    """Five rows."""
    return render(request, "sample/list.html", {"names": list(enumerate(NAMES, 1))})


def record(request, number):
    """A record as a page, or in the side panel."""
    if state["broken"]:
        raise RuntimeError("broken on purpose")
    template = "sample/panel.html" if "panel" in request.GET else "sample/record.html"
    return render(request, template, {"name": NAMES[number - 1], "number": number, "state": state})


def person(request):
    """The form; saving leads back to the list with a toast that can be taken back."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        state["saved"].append(form.cleaned_data["name"])
        toast(request, f"已保存 {form.cleaned_data['name']}", undo=reverse("undo"))
        return redirect("listing")
    status = 422 if request.method == "POST" else 200
    return render(request, "sample/form.html", {"form": form}, status=status)


def undo(request):
    """Take the last save back."""
    state["undone"] += 1
    return JsonResponse({"text": "已撤销"})


def edit(request):
    """Save the occupation; another version is a conflict."""
    if int(request.POST["version"]) != state["version"]:
        theirs = {"error": "他人已修改", "theirs": state["job"], "raw": state["job"], "version": state["version"]}
        return JsonResponse(theirs, status=409)
    if not request.POST["value"]:
        return JsonResponse({"error": "职业不能为空"}, status=422)
    state.update(job=request.POST["value"], version=state["version"] + 1)
    return JsonResponse({"shown": state["job"], "raw": state["job"], "version": state["version"]})


def reveal(request):
    """Open the number for a reason."""
    state["reasons"].append(request.POST["reason"])
    return JsonResponse({"value": "13900001402"})


def remove(request):
    """A dangerous action with its reason."""
    state["reasons"].append(request.POST.get("reason"))
    return redirect("listing")


def renewed(request):
    """Any page of the signed-in site."""
    return render(request, "sample/record.html", {"name": "首页", "number": 1, "state": state})


urlpatterns = [
    path("", listing, name="listing"),
    path("records/<int:number>/", record, name="record"),
    path("person/", person, name="person"),
    path("undo/", undo, name="undo"),
    path("edit/", edit, name="edit"),
    path("reveal/", reveal, name="reveal"),
    path("remove/", remove, name="remove"),
    path("renewed/", renewed, name="renewed"),
    path("sign-in/", renewed, name="sign-in"),
    path("", include("keyuan.config.urls")),
]
